import { Type } from 'class-transformer';
import { IsIn, IsOptional, IsString, MaxLength } from 'class-validator';
import type { Environment, InstanceId, RemovalIntent } from '#libs/contracts';
import { PageQuery } from '#libs/platform';
import { PolicyActorDto } from '#libs/retention';
import { type Purge, PURGE_STATUSES, type PurgeLogout, type PurgeStatus } from './purges.repository.js';

export class PurgesQuery extends PageQuery {
  /** Only those of this instance @example "ins_01h455vb4pex5vsknk084sn02q" */
  @IsOptional()
  @IsString()
  @MaxLength(40)
  instanceId?: string;

  /** Only those that stand there @example "scheduled" */
  @IsOptional()
  @IsIn(PURGE_STATUSES)
  status?: PurgeStatus;
}

export class PurgeDto {
  /** @example "pur_01h455vb4pex5vsknk084sn02q" */
  id!: string;

  /** @example "ins_01h455vb4pex5vsknk084sn02q" */
  instanceId!: InstanceId;

  /** @example "live" */
  environment!: Environment;

  /** Who asked for it: a rule, a person who confirmed it, the deletion of the tenant; tombstone: it had been purged, and was in a restored backup @example "rule" */
  intent!: RemovalIntent;

  /** null when no rule decided @example "logged-out" */
  ruleId!: string | null;

  /** @example 3 */
  policyVersion!: number | null;

  /** @example "2026-11-23T10:00:00.000Z" */
  scheduledAt!: string;

  @Type(() => PolicyActorDto)
  scheduledBy!: PolicyActorDto;

  /** Whether the device leaves the WhatsApp account: only where a person asked for it; what came of that is known when it is carried out @example "not_asked" */
  logout!: PurgeLogout;

  /** @example "scheduled" */
  status!: PurgeStatus;

  /** When it was taken back or carried out @example null */
  endedAt!: string | null;

  @Type(() => PolicyActorDto)
  endedBy!: PolicyActorDto | null;
}

export class PurgePageDto {
  data!: PurgeDto[];

  /** @example null */
  nextCursor!: string | null;
}

export function toPurgeDto({ cycle: _internal, scheduledAt, endedAt, ...purge }: Purge): PurgeDto {
  return { ...purge, scheduledAt: scheduledAt.toISOString(), endedAt: endedAt?.toISOString() ?? null };
}
