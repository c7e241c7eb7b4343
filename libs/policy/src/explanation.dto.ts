import { ApiProperty } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { ArrayMaxSize, IsOptional } from 'class-validator';
import { IsInstant, OptionalWholeNumber } from '#libs/platform';
import type { Blocker, BlockerCode, MessageDecision, RetentionDecision, RetentionStep } from '#libs/retention';
import { describeDecision, type Explained, possibleFrom } from './describe-decision.js';

const MAX_VERSION = 2_147_483_647;
/** A tenant can have more holds than an answer should list. */
const MAX_BLOCKERS = 200;

export class ExplainQuery {
  /** An instant that is not past; now when absent @example "2027-01-01T00:00:00Z" */
  @IsOptional()
  @IsInstant()
  at?: string;

  /** A version, drafts too; the one in force when absent @example 3 */
  @OptionalWholeNumber(1, MAX_VERSION)
  policyVersion?: number;
}

export class BlockerDto {
  /** Stable @example "exempt-label" */
  code!: BlockerCode;

  /** @example "A label exempts it from the rules that act." */
  detail!: string;

  /** When it ends, or "indefinite" @example "indefinite" */
  until!: string;
}

export class DecisionDto {
  /** The next step; null: none @example "archive" */
  action!: RetentionStep | null;

  /** @example "2026-12-23T10:00:00.000Z" */
  dueAt!: string | null;

  /** The rule that decided @example "default" */
  rule!: string | null;

  /** What stands in the way at that instant; the first 200 of it */
  @ArrayMaxSize(200)
  @Type(() => BlockerDto)
  blockers!: BlockerDto[];

  /** Rules that match too and lost by priority @example ["default"] */
  @ArrayMaxSize(100)
  losers!: string[];
}

export class MessageContentDto {
  /** How many seconds after it was sent the content of a message is kept at least; null: without a limit @example 7776000 */
  @ApiProperty({ type: 'integer', nullable: true })
  keptForSeconds!: number | null;

  /** The rule whose limit it is; null: that of the whole document, or none @example null */
  rule!: string | null;

  /** What was sent until then goes, unless something stands in the way; null: nothing goes @example "2026-08-25T10:00:00.000Z" */
  sentUntil!: string | null;

  /** What stands in the way at that instant; the first 200 of it */
  @ArrayMaxSize(200)
  @Type(() => BlockerDto)
  blockers!: BlockerDto[];
}

export class ExplanationDto {
  /** @example "ins_01h455vb4pex5vsknk084sn02q" */
  instanceId!: string;

  /** The instant that was asked about @example "2026-11-23T10:00:00.000Z" */
  at!: string;

  /** null: no version is in force @example 3 */
  policyVersion!: number | null;

  /** @example "enforce" */
  mode!: 'off' | 'simulate' | 'enforce';

  @Type(() => DecisionDto)
  decision!: DecisionDto;

  /** Until what age the content of its messages is kept */
  @Type(() => MessageContentDto)
  messages!: MessageContentDto;

  /** When the step can be taken if nothing changes; null: there is none, or nobody can say @example "2026-12-23T10:00:00.000Z" */
  possibleFrom!: string | null;

  /** @example "It is to be archived by the rule default at 2026-12-23T10:00:00.000Z unless something changes." */
  summary!: string;
}

export function toExplanationDto(explained: Explained): ExplanationDto {
  const { policy, facts, decision, messages, at } = explained;
  return {
    instanceId: facts.instanceId,
    at: new Date(at).toISOString(),
    policyVersion: policy.version || null,
    mode: policy.mode,
    decision: toDecisionDto(decision),
    messages: toMessageContentDto(messages, at),
    possibleFrom: isoOrNull(possibleFrom(decision)),
    summary: describeDecision(explained),
  };
}

function toDecisionDto({ action, dueAt, rule, blockers, losers }: RetentionDecision): DecisionDto {
  return {
    action,
    dueAt: isoOrNull(dueAt),
    rule,
    blockers: toBlockerDtos(blockers),
    losers: [...losers],
  };
}

function toMessageContentDto({ keepFor, rule, notBefore, blockers }: MessageDecision, at: number): MessageContentDto {
  const sentUntil = keepFor === null || at < notBefore ? null : at - keepFor;
  return { keptForSeconds: keepFor === null ? null : keepFor / 1000, rule, sentUntil: isoOrNull(sentUntil), blockers: toBlockerDtos(blockers) };
}

function toBlockerDtos(blockers: readonly Blocker[]): BlockerDto[] {
  return blockers.slice(0, MAX_BLOCKERS).map(({ code, detail, until }) => ({ code, detail, until: isoOrNull(until) ?? 'indefinite' }));
}

function isoOrNull(instant: number | null): string | null {
  return instant === null ? null : new Date(instant).toISOString();
}
