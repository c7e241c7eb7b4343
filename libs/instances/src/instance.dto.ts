import { ApiPropertyOptional } from '@nestjs/swagger';
import { Transform, Type } from 'class-transformer';
import { IsBoolean, IsIn, IsOptional, IsString, Length, MaxLength } from 'class-validator';
import {
  CONNECTION_STATES,
  type ConnectionState,
  type DesiredState,
  type Environment,
  ENVIRONMENTS,
  type Lifecycle,
  LIFECYCLES,
  type Reason,
  REASONS,
  type RetentionAction,
} from '#libs/contracts';
import { IsVisible, MayBeAbsent, PageQuery } from '#libs/platform';
import type { InstanceOverview } from './instance.js';
import { IsLabels, MAX_LABELS, MAX_VALUE } from './labels.validator.js';
import { normalizeName } from './name-key.js';

const Name = () => Transform(({ value }: { value: unknown }) => (typeof value === 'string' ? normalizeName(value) : value));

export class CreateInstanceDto {
  /** Unique per tenant, whatever its case and the spaces around it @example "shop" */
  @Name()
  @IsString()
  @Length(1, 100)
  @IsVisible()
  name!: string;

  /** At most 32; keys of 63, values of 128 characters @example { "plan": "free" } */
  @MayBeAbsent()
  @ApiPropertyOptional({ type: 'object', maxProperties: MAX_LABELS, additionalProperties: { type: 'string', maxLength: MAX_VALUE } })
  @IsLabels()
  labels?: Record<string, string>;

  /** The key's own; another one is refused @example "test" */
  @MayBeAbsent()
  @IsIn(ENVIRONMENTS)
  environment?: Environment;

  /** Refuses deletion requests and purges by rule while it is on @example false */
  @MayBeAbsent()
  @IsBoolean()
  deletionProtection?: boolean;
}

export class PatchInstanceDto {
  /** @example "shop 2" */
  @Name()
  @MayBeAbsent()
  @IsString()
  @Length(1, 100)
  @IsVisible()
  name?: string;

  /** Merged into what is there; null takes a label away @example { "plan": "pro", "trial": null } */
  @MayBeAbsent()
  @ApiPropertyOptional({ type: 'object', maxProperties: MAX_LABELS, additionalProperties: { type: 'string', maxLength: MAX_VALUE, nullable: true } })
  @IsLabels({ nullable: true })
  labels?: Record<string, string | null>;

  /** @example true */
  @MayBeAbsent()
  @IsBoolean()
  deletionProtection?: boolean;
}

export class ListInstancesQuery extends PageQuery {
  /** @example "test" */
  @IsOptional()
  @IsIn(ENVIRONMENTS)
  environment?: Environment;

  /** @example "disconnected" */
  @IsOptional()
  @IsIn(CONNECTION_STATES)
  connection?: ConnectionState;

  /** @example "logged_out" */
  @IsOptional()
  @IsIn(REASONS)
  reason?: Reason;

  /** Absent: all but the purged @example "active" */
  @IsOptional()
  @IsIn(LIFECYCLES)
  lifecycle?: Lifecycle;

  /** A label's key, or key=value @example "plan=free" */
  @IsOptional()
  @IsString()
  @MaxLength(200)
  label?: string;

  /** The whole name @example "shop" */
  @IsOptional()
  @IsString()
  @MaxLength(100)
  name?: string;

  /** A part of the name @example "sho" */
  @IsOptional()
  @IsString()
  @MaxLength(100)
  q?: string;
}

export class ConnectionSummaryDto {
  /** @example "disconnected" */
  state!: ConnectionState;

  /** Why it is disconnected; null otherwise @example "connection_lost" */
  reason!: Reason | null;

  /** Since when it is in this state @example "2026-11-23T10:00:00.000Z" */
  since!: string;

  /** @example "5511999990001" */
  phoneNumber!: string | null;

  /** @example "Ana" */
  profileName!: string | null;

  /** The node that holds its session @example "nod_01h455vb4pex5vsknk084sn02q" */
  ownerNode!: string | null;
}

export class NextRetentionStepDto {
  /** null: no rule asks for anything @example "archive" */
  nextAction!: RetentionAction | null;

  /** @example "2026-12-23T10:00:00.000Z" */
  dueAt!: string | null;

  /** @example "default" */
  ruleId!: string | null;
}

export class InstanceDto {
  /** @example "ins_01h455vb4pex5vsknk084sn02q" */
  id!: string;

  /** @example "ten_01h455vb4pex5vsknk084sn02q" */
  tenantId!: string;

  /** null once purged @example "shop" */
  name!: string | null;

  /** @example { "plan": "free" } */
  labels!: Record<string, string>;

  /** @example "test" */
  environment!: Environment;

  /** @example false */
  deletionProtection!: boolean;

  /** What you want; the connection follows @example "running" */
  desiredState!: DesiredState;

  /** Where it stands; only policy moves it @example "active" */
  lifecycle!: Lifecycle;

  @Type(() => ConnectionSummaryDto)
  connection!: ConnectionSummaryDto;

  @Type(() => NextRetentionStepDto)
  retention!: NextRetentionStepDto;

  /** @example "2026-11-23T10:00:00.000Z" */
  createdAt!: string;

  /** @example "2026-11-23T10:00:00.000Z" */
  updatedAt!: string;

  /** Counts changes by people and policy, never those of the connection @example 3 */
  version!: number;
}

export class InstancePageDto {
  data!: InstanceDto[];

  /** null on the last page */
  nextCursor!: string | null;
}

export function toInstanceDto({ connection, retention, createdAt, updatedAt, ...rest }: InstanceOverview): InstanceDto {
  return {
    ...rest,
    connection: { ...connection, since: connection.since.toISOString() },
    retention: { ...retention, dueAt: retention.dueAt?.toISOString() ?? null },
    createdAt: createdAt.toISOString(),
    updatedAt: updatedAt.toISOString(),
  };
}
