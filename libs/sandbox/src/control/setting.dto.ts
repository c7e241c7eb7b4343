import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import type { ChatModification } from '@whiskeysockets/baileys';
import { Type } from 'class-transformer';
import { ArrayMaxSize, IsBoolean, IsInt, IsObject, IsString, Length, Matches, Max, Min, ValidateIf, ValidateNested } from 'class-validator';
import { IsVisible, MayBeAbsent } from '#libs/platform';
import { proto } from '../protocol/baileys.js';
import type { Setting } from '../server/app-state/collection.js';
import { OnlyOneOf } from './only-one-of.js';
import { PHONE_NUMBER } from './phone-number.js';

const DEEDS = ['archive', 'pin', 'mute', 'read', 'star', 'contact'] as const;
const nothingElse = (request: Record<string, unknown>) => DEEDS.every((deed) => deed === 'archive' || request[deed] === undefined);

export class StarDto {
  /** Id of the message, as this phone shows it @example "3A5F2C9D1E7B4A60" */
  @IsString()
  @Length(1, 128)
  message!: string;

  /** @example true */
  @IsBoolean()
  starred!: boolean;
}

export class SaveContactDto {
  /** @example "5511999990002" */
  @ApiProperty({ maxLength: 15 })
  @Matches(PHONE_NUMBER, { message: 'phoneNumber must be 7 to 15 digits without a plus or a leading zero' })
  phoneNumber!: string;

  /** What this account calls them @example "Bob from work" */
  @IsString()
  @Length(1, 100)
  @IsVisible()
  name!: string;
}

/** Exactly one thing to change. */
export class ChangeSettingDto {
  /** Which chat: a phone number or its JID, or the JID of a group. Not with `contact` @example "5511999990002" */
  @ValidateIf(({ chat, contact }: ChangeSettingDto) => chat !== undefined || contact === undefined)
  @ApiPropertyOptional({ maxLength: 40 })
  @OnlyOneOf('chat', 'contact')
  @Matches(/^([1-9][0-9]{6,14}(@s\.whatsapp\.net)?|[0-9]{18}@g\.us)$/, { message: 'chat must be a phone number, its JID or the JID of a group' })
  chat?: string;

  /** Whether it is in the archive @example true */
  @ValidateIf((request: Record<string, unknown>) => request.archive !== undefined || nothingElse(request))
  @OnlyOneOf(...DEEDS)
  @IsBoolean()
  archive?: boolean;

  /** Whether it is pinned to the top @example true */
  @MayBeAbsent()
  @OnlyOneOf(...DEEDS)
  @IsBoolean()
  pin?: boolean;

  /** For how many seconds from now it makes no sound; 0: it does @example 28800 */
  @MayBeAbsent()
  @OnlyOneOf(...DEEDS)
  @ApiPropertyOptional({ type: 'integer' })
  @IsInt()
  @Min(0)
  @Max(31_536_000)
  mute?: number;

  /** Whether it counts as read @example true */
  @MayBeAbsent()
  @OnlyOneOf(...DEEDS)
  @IsBoolean()
  read?: boolean;

  /** Whether a message in it has a star */
  @MayBeAbsent()
  @OnlyOneOf(...DEEDS)
  @IsObject()
  @ValidateNested()
  @Type(() => StarDto)
  star?: StarDto;

  /** What this account calls somebody */
  @MayBeAbsent()
  @OnlyOneOf(...DEEDS)
  @IsObject()
  @ValidateNested()
  @Type(() => SaveContactDto)
  contact?: SaveContactDto;
}

export const SETTING_EXAMPLES = {
  archive: { summary: 'Archive a chat', value: { chat: '5511999990002', archive: true } },
  pin: { summary: 'Pin a chat', value: { chat: '5511999990002', pin: true } },
  mute: { summary: 'Mute a chat for eight hours', value: { chat: '5511999990002', mute: 28_800 } },
  read: { summary: 'Mark a chat as read', value: { chat: '5511999990002', read: true } },
  star: { summary: 'Star a message', value: { chat: '5511999990002', star: { message: '3A5F2C9D1E7B4A60', starred: true } } },
  contact: { summary: 'Save a contact', value: { contact: { phoneNumber: '5511999990002', name: 'Bob from work' } } },
};

export class SandboxSettingDto {
  /** Its kind as WhatsApp names it @example "archive" */
  setting!: string;

  /** What it is about: the JID of a chat or person, then the id of a message @example ["5511999990002@s.whatsapp.net"] */
  @ArrayMaxSize(5)
  about!: string[];

  /** As WhatsApp puts it @example { "archiveChatAction": { "archived": true } } */
  @ApiProperty({ type: 'object', additionalProperties: true })
  value!: Record<string, unknown>;
}

export class SandboxSettingListDto {
  /** By collection, then by when they changed */
  @ArrayMaxSize(5_000)
  data!: SandboxSettingDto[];
}

export function settingDto({ index: [setting = '', ...about], value }: Setting): SandboxSettingDto {
  return { setting, about, value: value ? proto.SyncActionValue.toObject(proto.SyncActionValue.fromObject(value), { longs: Number, bytes: String }) : {} };
}

/** `fromMe`: whether the starred message is the phone's own. */
export function modificationOf({ archive, pin, mute, read, star, contact }: ChangeSettingDto, fromMe: boolean): ChatModification {
  const lastMessages = [] as never[];
  if (archive !== undefined) return { archive, lastMessages };
  if (pin !== undefined) return { pin };
  if (mute !== undefined) return { mute: mute === 0 ? null : Date.now() + mute * 1000 };
  if (read !== undefined) return { markRead: read, lastMessages };
  if (star) return { star: { messages: [{ id: star.message, fromMe }], star: star.starred } };
  return { contact: { fullName: contact!.name, saveOnPrimaryAddressbook: true } };
}
