import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsBoolean, IsIn, IsOptional, IsString, Length, registerDecorator } from 'class-validator';
import { MayBeAbsent } from '#libs/platform';
import { HISTORY_SYNCS, type HistorySync, type VersionedSettings } from './instance-settings.js';
import { maskProxy, proxyFault } from './proxy-url.js';

const LONGEST_PROXY = 1_000;
const LONGEST_TEXT = 1_000;

/** The message never repeats the value. */
const IsProxy = (): PropertyDecorator => (target, property) =>
  registerDecorator({
    name: 'isProxy',
    target: target.constructor,
    propertyName: String(property),
    validator: {
      validate: (value: unknown) => faultOf(value) === null,
      defaultMessage: (given) => `${String(property)} ${faultOf(given?.value) ?? 'cannot be used'}`,
    },
  });

function faultOf(value: unknown): string | null {
  if (typeof value !== 'string') return 'must be a string';
  return value.length > LONGEST_PROXY ? `must be of at most ${LONGEST_PROXY} characters` : proxyFault(value);
}

export class PatchInstanceSettingsDto {
  /** http, https or socks5, with user and password where it wants them, percent-encoded; null: none. What is shown with *** is not accepted back @example "socks5://ana:secret@proxy.example:1080" */
  @IsOptional()
  @ApiPropertyOptional({ type: 'string', maxLength: LONGEST_PROXY, nullable: true })
  @IsProxy()
  proxy?: string | null;

  /** Contacts see the account as online while it is connected; its phone then shows no notifications @example true */
  @MayBeAbsent()
  @IsBoolean()
  alwaysOnline?: boolean;

  /** What is received is marked as read at once; status updates are not @example true */
  @MayBeAbsent()
  @IsBoolean()
  readReceipts?: boolean;

  /** Drop what comes from groups @example true */
  @MayBeAbsent()
  @IsBoolean()
  ignoreGroups?: boolean;

  /** Drop status updates of contacts @example false */
  @MayBeAbsent()
  @IsBoolean()
  ignoreStatus?: boolean;

  /** Reject every call at once @example true */
  @MayBeAbsent()
  @IsBoolean()
  rejectCalls?: boolean;

  /** Sent to whoever was rejected, once a minute at most; null: nothing @example "Please write to us." */
  @IsOptional()
  @ApiPropertyOptional({ type: 'string', minLength: 1, maxLength: LONGEST_TEXT, nullable: true })
  @IsString()
  @Length(1, LONGEST_TEXT)
  rejectCallsText?: string | null;

  /** Which part of the account's past is taken in when the instance is paired @example "off" */
  @MayBeAbsent()
  @IsIn(HISTORY_SYNCS)
  historySync?: HistorySync;
}

export class InstanceSettingsDto {
  /** With *** in the place of the password; null: none @example "socks5://ana:***@proxy.example:1080" */
  proxy!: string | null;

  /** @example false */
  alwaysOnline!: boolean;

  /** @example false */
  readReceipts!: boolean;

  /** @example false */
  ignoreGroups!: boolean;

  /** Newsletters are ignored whatever this says @example true */
  ignoreStatus!: boolean;

  /** @example false */
  rejectCalls!: boolean;

  /** @example null */
  rejectCallsText!: string | null;

  /** @example "recent" */
  historySync!: HistorySync;

  /** Counts changes of these settings, 0 before the first; also the ETag @example 0 */
  @ApiProperty({ type: 'integer' })
  version!: number;
}

export function settingsDto({ version, settings }: VersionedSettings): InstanceSettingsDto {
  return { ...settings, proxy: settings.proxy && maskProxy(settings.proxy), version };
}
