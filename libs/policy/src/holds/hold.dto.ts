import { Type } from 'class-transformer';
import { IsIn, IsOptional, IsString, Length, Matches, MaxLength } from 'class-validator';
import { type Environment, type InstanceId } from '#libs/contracts';
import { IsVisible, MayBeAbsent, PageQuery } from '#libs/platform';
import { HOLD_SCOPES, type HoldScope, type LabelSelector, PolicyActorDto, type StoredHold } from '#libs/retention';

/** A label's key, and perhaps `=` and its value; see labels of an instance. */
export const SELECTOR = /^[A-Za-z0-9]([A-Za-z0-9._/-]{0,61}[A-Za-z0-9])?(=.{0,128})?$/u;

export class PlaceHoldDto {
  /** What is held: one instance, those with a label, or all of the tenant @example "tenant" */
  @IsIn(HOLD_SCOPES)
  scope!: HoldScope;

  /** Only with the scope `instance` @example "ins_01h455vb4pex5vsknk084sn02q" */
  @MayBeAbsent()
  @IsString()
  @MaxLength(40)
  instanceId?: string;

  /** Only with the scope `selector`: `key`, `key=*` or `key=value`; whoever has the label is held for as long as it has it @example "legal=case-7" */
  @MayBeAbsent()
  @IsString()
  @MaxLength(192)
  @Matches(SELECTOR, { message: 'selector must be a label: key, key=* or key=value' })
  selector?: string;

  /** For whoever finds it; nothing about a person @example "dispute 4711, asked for by legal" */
  @IsString()
  @Length(1, 500)
  @IsVisible()
  reason!: string;
}

export class HoldsQuery extends PageQuery {
  /** Only those on this very instance @example "ins_01h455vb4pex5vsknk084sn02q" */
  @IsOptional()
  @IsString()
  @MaxLength(40)
  instanceId?: string;

  /** Which: those in force, or those that were released @example "active" */
  @IsOptional()
  @IsIn(['active', 'released'])
  status: 'active' | 'released' = 'active';
}

export class HoldDto {
  /** @example "hld_01h455vb4pex5vsknk084sn02q" */
  id!: string;

  /** What it covers is of this environment: that of the key that placed it @example "live" */
  environment!: Environment;

  /** @example "selector" */
  scope!: HoldScope;

  /** @example null */
  instanceId!: InstanceId | null;

  /** @example "legal=case-7" */
  selector!: string | null;

  /** @example "dispute 4711, asked for by legal" */
  reason!: string;

  /** @example "2026-11-23T10:00:00.000Z" */
  placedAt!: string;

  @Type(() => PolicyActorDto)
  placedBy!: PolicyActorDto;

  /** null: it is in force @example null */
  releasedAt!: string | null;

  @Type(() => PolicyActorDto)
  releasedBy!: PolicyActorDto | null;
}

export class HoldPageDto {
  data!: HoldDto[];

  /** @example null */
  nextCursor!: string | null;
}

export function toHoldDto({ selector, placedAt, releasedAt, ...hold }: StoredHold): HoldDto {
  return { ...hold, selector: selector && selectorText(selector), placedAt: placedAt.toISOString(), releasedAt: releasedAt?.toISOString() ?? null };
}

function selectorText({ key, value }: LabelSelector): string {
  return value === null ? key : `${key}=${value}`;
}
