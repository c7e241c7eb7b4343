import { Type } from 'class-transformer';
import { ArrayMaxSize, IsString, MaxLength } from 'class-validator';
import type { Environment } from '#libs/contracts';
import { MayBeAbsent } from '#libs/platform';
import type { BlockerCode, Prospect, RetentionStep } from '#libs/retention';
import type { PreviewChange } from './classify-change.js';
import type { PolicyLook } from './policy-looks.js';
import type { PreviewTally, Sampled } from './preview-tally.js';

const MAX_REASONS = 200;

export class ActivatePolicyDto {
  /** Of a preview of this version; needed where the version shortens something, or adds archives or removals, in `enforce` @example "tnp_Zm9vYmFyZm9vYmFyZm9vYmFyZm9vYmFyZm9vYmFyZm8" */
  @MayBeAbsent()
  @IsString()
  @MaxLength(100)
  previewToken?: string;
}

export class StepCountDto {
  /** null: a deletion that somebody confirmed @example "default" */
  rule!: string | null;

  /** The next step of these instances; `cancel` takes a scheduled removal back @example "archive" */
  action!: RetentionStep;

  /** How many of them at once @example 12 */
  due!: number;

  /** Their time has come and something stands in the way @example 1 */
  blocked!: number;

  /** Their time has not come yet @example 240 */
  later!: number;
}

export class StandingBlockerDto {
  /** @example "exempt-label" */
  code!: BlockerCode;

  /** @example 1 */
  instances!: number;
}

export class ChangesDto {
  /** Would be acted on at once, and would not be by the version in force @example 12 */
  newlyDue!: number;

  /** Something happens to them earlier, or at all @example 240 */
  earlier!: number;

  /** Would be acted on at once by the version in force only @example 0 */
  noLongerDue!: number;

  /** Something happens to them later, or not any more @example 3 */
  later!: number;

  /** @example 745 */
  unchanged!: number;
}

export class SampledInstanceDto {
  /** @example "ins_01h455vb4pex5vsknk084sn02q" */
  instanceId!: string;

  /** @example "newly_due" */
  change!: PreviewChange;

  /** The next step; null: none @example "archive" */
  action!: RetentionStep | null;

  /** @example "default" */
  rule!: string | null;

  /** @example "2026-11-20T10:00:00.000Z" */
  dueAt!: string | null;

  /** What stands in the way now @example [] */
  @ArrayMaxSize(20)
  blockers!: BlockerCode[];

  /** The next step by the version in force @example "archive" */
  actionInForce!: RetentionStep | null;

  /** @example "2026-12-20T10:00:00.000Z" */
  dueAtInForce!: string | null;
}

export class ShorteningDto {
  /** Into the document of this version @example "/rules/0/archive/after" */
  pointer!: string;

  /** @example "\"P30D\" becomes \"P14D\"" */
  detail!: string;
}

export class PolicyPreviewDto {
  /** @example 3 */
  version!: number;

  /** The version in force; null: none @example 2 */
  comparedWith!: number | null;

  /** What is counted as if it were `enforce` where the version only simulates @example "enforce" */
  mode!: 'off' | 'simulate' | 'enforce';

  /** That of the key: it sees no other instances @example "live" */
  environment!: Environment;

  /** The instant that was looked at @example "2026-11-23T10:00:00.000Z" */
  at!: string;

  /** How many were looked at @example 1000 */
  instances!: number;

  /** How many would be acted on at once @example 12 */
  due!: number;

  /** By rule and action */
  @ArrayMaxSize(500)
  @Type(() => StepCountDto)
  counts!: StepCountDto[];

  /** What stands in the way of those whose time has come */
  @ArrayMaxSize(20)
  @Type(() => StandingBlockerDto)
  blockers!: StandingBlockerDto[];

  /** Compared with the version in force */
  @Type(() => ChangesDto)
  changes!: ChangesDto;

  /** At most 100, what is newly due first */
  @ArrayMaxSize(100)
  @Type(() => SampledInstanceDto)
  sample!: SampledInstanceDto[];

  /** What in the document may shorten something, or adds archives or removals */
  @ArrayMaxSize(200)
  @Type(() => ShorteningDto)
  shortens!: ShorteningDto[];

  /** Whether its activation asks for the token @example true */
  tokenRequired!: boolean;

  /** Shown this once; null: more than 200,000 would be acted on at once, which nobody has seen @example "tnp_Zm9vYmFyZm9vYmFyZm9vYmFyZm9vYmFyZm9vYmFyZm8" */
  previewToken!: string | null;

  /** Until when the token is good @example "2026-11-24T10:00:00.000Z" */
  expiresAt!: string | null;
}

export function toPolicyPreviewDto(look: PolicyLook, environment: Environment, previewToken: string | null, expiresAt: Date | null): PolicyPreviewDto {
  const { at, comparison, shortening, tally } = look;
  const { inForce, wanted } = comparison;
  return {
    ...{ version: wanted.version, comparedWith: inForce.version, mode: wanted.document.mode, environment, at: new Date(at).toISOString() },
    ...{ instances: tally.instances, due: tally.due, counts: tally.counts, blockers: tally.standing },
    changes: toChangesDto(tally),
    sample: tally.sample.map(toSampledDto),
    shortens: shortening.slice(0, MAX_REASONS),
    tokenRequired: !wanted.active && wanted.document.mode === 'enforce' && (shortening.length > 0 || tally.shortens),
    previewToken,
    expiresAt: expiresAt?.toISOString() ?? null,
  };
}

export function toChangesDto({ changes }: PreviewTally): ChangesDto {
  const { newly_due, earlier, no_longer_due, later, unchanged } = changes;
  return { newlyDue: newly_due, earlier, noLongerDue: no_longer_due, later, unchanged };
}

function toSampledDto({ instanceId, change, was, will }: Sampled): SampledInstanceDto {
  const { action, rule, blockers } = will.decision;
  const codes = [...new Set(blockers.map(({ code }) => code))];
  return { instanceId, change, action, rule, dueAt: dueAtOf(will), blockers: codes, actionInForce: was.decision.action, dueAtInForce: dueAtOf(was) };
}

const dueAtOf = ({ decision: { dueAt } }: Prospect): string | null => (dueAt === null ? null : new Date(dueAt).toISOString());
