import { ArrayMaxSize, IsBoolean, IsString, Length } from 'class-validator';
import { MayBeAbsent } from '../http/may-be-absent.js';
import type { Environment } from '#libs/contracts';
import type { KillSwitch, PlatformClock, PlatformState } from './platform-state.repository.js';

export class SetKillSwitchDto {
  /** Whether every removal and archive by rule, of every tenant, is stopped @example true */
  @IsBoolean()
  on!: boolean;

  /** For whoever finds it @example "rules of several tenants look wrong since the last deploy" */
  @MayBeAbsent()
  @IsString()
  @Length(1, 500)
  reason?: string;
}

export class KillSwitchDto {
  /** @example true */
  on!: boolean;

  /** When it was set to what it is; null: never @example "2026-11-23T10:00:00.000Z" */
  since!: string | null;

  /** The operator key that set it @example "key_01h455vb4pex5vsknk084sn02q" */
  setBy!: string | null;

  /** @example "rules of several tenants look wrong since the last deploy" */
  reason!: string | null;
}

export class PlatformClockDto {
  /** The time of facts and deadlines @example "2026-11-23T10:00:00.000Z" */
  now!: string;

  /** How far it was moved; only development can @example 0 */
  offsetMs!: number;

  /** How far it has been seen to go; nothing is removed while `now` is more than 2 s behind it @example "2026-11-23T10:00:00.000Z" */
  mark!: string | null;

  /** Nothing is removed until then @example "2026-11-24T10:00:00.000Z" */
  quarantinedUntil!: string | null;

  /** @example "the clock of the database jumped by 10800 s" */
  quarantineReason!: string | null;

  /** Where nothing is removed before every instance that should run has tried to connect: nobody watched the clock for a while @example [] */
  @ArrayMaxSize(2)
  awaits!: Environment[];

  /** When an operator last said that it is right @example null */
  acknowledgedAt!: string | null;

  /** The operator key that did @example null */
  acknowledgedBy!: string | null;
}

export class PlatformStateDto {
  killSwitch!: KillSwitchDto;
  clock!: PlatformClockDto;
}

export function toKillSwitchDto({ since, ...rest }: KillSwitch): KillSwitchDto {
  return { ...rest, since: since?.toISOString() ?? null };
}

export function toPlatformClockDto({ now, mark, quarantinedUntil, acknowledgedAt, ...rest }: PlatformClock): PlatformClockDto {
  const instants = { now: now.toISOString(), mark: textOf(mark), quarantinedUntil: textOf(quarantinedUntil), acknowledgedAt: textOf(acknowledgedAt) };
  return { ...rest, ...instants };
}

export function toPlatformStateDto({ killSwitch, clock }: PlatformState): PlatformStateDto {
  return { killSwitch: toKillSwitchDto(killSwitch), clock: toPlatformClockDto(clock) };
}

const textOf = (instant: Date | null): string | null => instant?.toISOString() ?? null;
