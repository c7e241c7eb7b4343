import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { ArrayMaxSize, ArrayUnique, IsArray, IsBase64, IsIn, IsObject, IsString, Length, Matches, ValidateIf, ValidateNested } from 'class-validator';
import { IsVisible, MayBeAbsent } from '#libs/platform';
import type { Typing } from '../server/presence/presences.js';
import { PRIVACY } from '../server/profile/privacy.js';
import { PHONE_NUMBER } from './phone-number.js';

const Choice = (name: string) => (target: object, property: string) => {
  for (const decorate of [MayBeAbsent(), IsIn(PRIVACY[name]!), ApiPropertyOptional({ enum: PRIVACY[name] })]) decorate(target, property);
};

/** Who sees what. Simulated phones keep no address books: to them everybody is a contact. */
export class ChangePrivacyDto {
  /** When it was there last @example "none" */
  @Choice('last')
  last?: string;

  /** Whether it is there now @example "match_last_seen" */
  @Choice('online')
  online?: string;

  /** Its picture @example "none" */
  @Choice('profile')
  profile?: string;

  /** Its status text @example "none" */
  @Choice('status')
  status?: string;

  /** Whether it says what it has read. Kept; clients obey it themselves @example "none" */
  @Choice('readreceipts')
  readreceipts?: string;

  /** Who may add it to groups. Kept, not enforced @example "contacts" */
  @Choice('groupadd')
  groupadd?: string;

  /** Who may call it. Kept; nobody calls here @example "known" */
  @Choice('calladd')
  calladd?: string;

  /** Who may write to it. Kept, not enforced @example "contacts" */
  @Choice('messages')
  messages?: string;
}

export class ChangeProfileDto {
  /** What others see as its owner's name, from the next message on @example "Ana Maria" */
  @MayBeAbsent()
  @IsString()
  @Length(1, 100)
  @IsVisible()
  name?: string;

  /** Its status text @example "At work" */
  @MayBeAbsent()
  @IsString()
  @Length(0, 139)
  about?: string;

  /** What is not named stays as it is */
  @MayBeAbsent()
  @IsObject()
  @ValidateNested()
  @Type(() => ChangePrivacyDto)
  privacy?: ChangePrivacyDto;

  /** Whom it does not want to hear: all of them, by number @example ["5511999990002"] */
  @MayBeAbsent()
  @IsArray()
  @ArrayMaxSize(1_000)
  @ArrayUnique()
  @Length(7, 15, { each: true })
  @Matches(PHONE_NUMBER, { each: true, message: 'blocked must be phone numbers: 7 to 15 digits without a plus or a leading zero' })
  blocked?: string[];
}

export class SetPictureDto {
  /** A JPEG in base64, up to some 150 kB @example "/9j/4AAQSkZJRg==" */
  @IsBase64()
  @Length(4, 200_000)
  image!: string;
}

export class PictureDto {
  /** Where it can be read; the server is known by the certificate of GET /v1/sandbox/media @example "https://127.0.0.1:43210/pps/..." */
  url!: string;
}

export class SandboxProfileDto {
  /** @example "5511999990001" */
  phoneNumber!: string;

  /** Its LID, the id that does not show the number @example "1042424242424242@lid" */
  lid!: string;

  /** @example "Ana" */
  name!: string;

  /** Its status text @example "At work" */
  about!: string;

  /** null when it has none @example null */
  picture!: string | null;

  /** Who sees what, by WhatsApp's names @example { "last": "all" } */
  @ApiProperty({ type: 'object', additionalProperties: { type: 'string' } })
  privacy!: Record<string, string>;

  /** Numbers of those whom it does not want to hear @example [] */
  @ArrayMaxSize(1_000)
  blocked!: string[];
}

export class SandboxContactDto {
  /** @example "5511999990002" */
  phoneNumber!: string;

  /** @example "Bob" */
  name!: string;

  /** Its status text; null when it does not let this phone see it @example "At work" */
  about!: string | null;

  /** null when there is none to see @example null */
  picture!: string | null;

  /** Whether it, or a device linked to it, says that it is there @example true */
  online!: boolean;

  /** null: never, or it does not let this phone see it @example "2026-11-23T10:00:00.000Z" */
  lastSeen!: string | null;

  /** What it is doing in the chat with this phone @example null */
  typing!: Typing | null;
}

export const PHONE_PRESENCES = ['available', 'unavailable', 'composing', 'recording', 'paused'] as const;

export class SetPresenceDto {
  /** `available`, `unavailable`: whether the phone is in somebody's hands. The others: what is done in the chat `to` @example "composing" */
  @IsIn(PHONE_PRESENCES)
  state!: (typeof PHONE_PRESENCES)[number];

  /** Where it is done: a phone number or its JID, or the JID of a group @example "5511999990002" */
  @ValidateIf(({ state, to }: SetPresenceDto) => to !== undefined || !['available', 'unavailable'].includes(state))
  @ApiPropertyOptional({ maxLength: 40 })
  @Matches(/^([1-9][0-9]{6,14}(@s\.whatsapp\.net)?|[0-9]{18}@g\.us)$/, { message: 'to must be a phone number, its JID or the JID of a group' })
  to?: string;
}
