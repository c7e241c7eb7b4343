import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { ArrayMaxSize, ArrayMinSize, ArrayUnique, IsArray, IsBoolean, IsIn, IsInt, IsString, Length, Matches, Max, Min } from 'class-validator';
import { IsVisible, MayBeAbsent } from '#libs/platform';
import { numberJid } from '../protocol/addresses.js';
import { newStanzaId } from '../protocol/stanza.js';
import { type Group, groupJid, type GroupSettings, MEMBER_ACTIONS, type MemberAction, type Role } from '../server/groups/group.js';
import type { GroupChange } from '../server/groups/group-change.js';
import type { MemberOutcome } from '../server/groups/group-rules.js';
import { PHONE_NUMBER } from './phone-number.js';

const ALL_NUMBERS = { each: true, message: 'members must be phone numbers: 7 to 15 digits without a plus or a leading zero' };

export class CreateSandboxGroupDto {
  /** @example "Friends" */
  @IsString()
  @Length(1, 100)
  @IsVisible()
  subject!: string;

  /** Numbers of phones; the creating one is in it anyway @example ["5511999990002"] */
  @IsArray()
  @ArrayMaxSize(255)
  @ArrayUnique()
  @Length(7, 15, { each: true })
  @Matches(PHONE_NUMBER, ALL_NUMBERS)
  members!: string[];
}

export class ChangeSandboxGroupDto implements Partial<GroupSettings> {
  /** @example "Best friends" */
  @MayBeAbsent()
  @IsString()
  @Length(1, 100)
  @IsVisible()
  subject?: string;

  /** Empty takes it away @example "Who is in for Friday?" */
  @MayBeAbsent()
  @IsString()
  @Length(0, 2_048)
  description?: string;

  /** Only admins write @example false */
  @MayBeAbsent()
  @IsBoolean()
  announce?: boolean;

  /** Only admins change subject, description and how long messages stay @example false */
  @MayBeAbsent()
  @IsBoolean()
  locked?: boolean;

  /** Everybody adds members, not only admins @example true */
  @MayBeAbsent()
  @IsBoolean()
  membersAdd?: boolean;

  /** Who joins by the invite code waits for an admin @example false */
  @MayBeAbsent()
  @IsBoolean()
  approval?: boolean;

  /** Seconds after which messages disappear, as members are told; 0: they stay. The sandbox removes none @example 0 */
  @MayBeAbsent()
  @ApiPropertyOptional({ type: 'integer' })
  @IsInt()
  @Min(0)
  @Max(7_776_000)
  ephemeral?: number;
}

export class ChangeMembersDto {
  /** `add` also lets in who has asked to be @example "add" */
  @IsIn(MEMBER_ACTIONS)
  action!: MemberAction;

  /** Numbers of phones @example ["5511999990002"] */
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(256)
  @ArrayUnique()
  @Length(7, 15, { each: true })
  @Matches(PHONE_NUMBER, ALL_NUMBERS)
  members!: string[];
}

export class JoinGroupDto {
  /** @example "Hk3sT9vWq2LxYzA1bC4dEf" */
  @ApiProperty({ maxLength: 64 })
  @Matches(/^[\w-]{1,64}$/, { message: 'code must be an invite code' })
  code!: string;
}

export class InviteDto {
  /** @example "Hk3sT9vWq2LxYzA1bC4dEf" */
  code!: string;
}

export class MemberOutcomeDto {
  /** @example "5511999990002" */
  phoneNumber!: string;

  /** What WhatsApp answers about this one: 200 done, 403 not with the one who made the group, 404 nobody, 409 so already @example 200 */
  @ApiProperty({ type: 'integer' })
  status!: MemberOutcome;
}

export class MemberOutcomesDto {
  /** In the order in which they were named */
  @ArrayMaxSize(256)
  data!: MemberOutcomeDto[];
}

export class SandboxGroupMemberDto {
  /** @example "5511999990002" */
  phoneNumber!: string;

  /** `superadmin` made the group, or came after who did @example "member" */
  role!: Role;
}

export class SandboxGroupDto {
  /** @example "120363000000000001@g.us" */
  id!: string;

  /** @example "Friends" */
  subject!: string;

  /** null when it has none @example null */
  description!: string | null;

  /** JID of who made it @example "5511999990001@s.whatsapp.net" */
  owner!: string;

  /** Only admins write @example false */
  announce!: boolean;

  /** Only admins change subject, description and how long messages stay @example false */
  locked!: boolean;

  /** Everybody adds members, not only admins @example true */
  membersAdd!: boolean;

  /** Who joins by the invite code waits for an admin @example false */
  approval!: boolean;

  /** Seconds after which messages disappear; 0: they stay @example 0 */
  @ApiProperty({ type: 'integer' })
  ephemeral!: number;

  @ArrayMaxSize(256)
  members!: SandboxGroupMemberDto[];

  /** Numbers of who has asked to be let in @example [] */
  @ArrayMaxSize(256)
  asking!: string[];

  /** @example "2026-11-23T10:00:00.000Z" */
  createdAt!: string;
}

export class SandboxGroupListDto {
  /** The oldest first */
  @ArrayMaxSize(1000)
  data!: SandboxGroupDto[];
}

export function groupDto(group: Group): SandboxGroupDto {
  const { subject, description, owner, announce, locked, membersAdd, approval, ephemeral, createdAt } = group;
  const members = group.members.map(({ number, role }) => ({ phoneNumber: number, role }));
  const asking = group.asking.map(({ number }) => number);
  const settings = { announce, locked, membersAdd, approval, ephemeral };
  return { id: groupJid(group), subject, description: description?.text ?? null, owner: numberJid({ number: owner }), ...settings, members, asking, createdAt: createdAt.toISOString() };
}

export function groupChangeOf({ subject, description, ...settings }: ChangeSandboxGroupDto): GroupChange {
  const said = Object.entries(settings).filter(([, value]) => value !== undefined);
  return {
    subject,
    ...(description !== undefined && { description: { id: newStanzaId('D'), text: description } }),
    ...(said.length > 0 && { settings: Object.fromEntries(said) as Partial<GroupSettings> }),
  };
}
