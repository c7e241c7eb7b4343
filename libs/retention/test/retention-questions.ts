import fc, { type Arbitrary } from 'fast-check';
import { LIFECYCLES, newId, REASONS, type Reason } from '#libs/contracts';
import { RETENTION_CLOCKS, RETENTION_MODES, type RetentionDocument, type RetentionRule, type RuleMatch } from '../src/retention-document.js';
import type { Hold, RetentionFacts, RetentionIntent } from '../src/retention-facts.js';
import { factsOf, holdOn, NOW } from './retention-case.js';
import type { RetentionQuestion } from './retention-oracle.js';

// Few values, close together: coincidences are where decisions go wrong.
const DAY = 86_400_000;
const DURATIONS = ['PT0S', 'PT1S', 'PT20S', 'PT23H', 'P1D', 'P2D', 'P3D', 'P1W'];
const LABELS = ['plan', 'legal', 'vip'];
const VALUES = ['free', 'x', ''];

const duration = fc.constantFrom(...DURATIONS);
const instant = fc
  .tuple(fc.constantFrom(0, 1_000, 20_000, 600_000, DAY, 2 * DAY, 3 * DAY, 4 * DAY, 7 * DAY, 40 * DAY, -DAY), fc.constantFrom(-1, 0, 1))
  .map(([ago, millis]) => NOW - ago + millis);
const sometimes = fc.option(instant, { nil: null, freq: 2 });
const rarely = fc.oneof({ weight: 5, arbitrary: fc.constant(null) }, { weight: 1, arbitrary: instant });
const seldom = fc.integer({ min: 0, max: 9 }).map((n) => n === 0);
const millis = fc.constantFrom(null, 0, 1_000, DAY - 1, DAY, 2 * DAY, 7 * DAY);

const selector = fc.tuple(fc.constantFrom(...LABELS), fc.constantFrom('', '=*', '=free', '=x', '=')).map(([key, value]) => key + value);

const match: Arbitrary<RuleMatch> = fc.record(
  {
    environment: fc.constantFrom(['live'], ['test'], ['live', 'test']) as Arbitrary<RuleMatch['environment']>,
    connection: fc.constantFrom(['disconnected'], ['never_paired'], ['never_paired', 'disconnected']) as Arbitrary<RuleMatch['connection']>,
    reason: fc.constantFrom(['logged_out'], ['banned', 'logged_out'], ['user_stopped', 'unknown', 'logged_out']) as Arbitrary<RuleMatch['reason']>,
    labels: fc.dictionary(fc.constantFrom(...LABELS), fc.constantFrom(...VALUES, '*'), { minKeys: 1, maxKeys: 2 }),
    namePrefix: fc.constantFrom('s', 'shop', 'x'),
    createdBefore: fc.constantFrom('2026-11-20T00:00:00Z', '2020-01-01T00:00:00Z'),
  },
  { requiredKeys: [] },
);
const mostlyAnything = fc.oneof({ weight: 3, arbitrary: fc.constant<RuleMatch>({}) }, { weight: 2, arbitrary: match });

const effect = fc.record({ archive: fc.record({ after: duration }), purge: fc.record({ after: duration, grace: duration }) }, { requiredKeys: [] });
const clock = fc.constantFrom(...RETENTION_CLOCKS);
const unnumbered = fc.oneof(
  { weight: 4, arbitrary: fc.tuple(fc.record({ kind: fc.constant('act' as const), match: mostlyAnything, clock }), effect).map(([rule, does]) => ({ ...rule, ...does })) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('retain' as const), match: mostlyAnything, clock, for: duration }) },
);
/** Ids and priorities differ, and say nothing about the place in the document. */
export const ruleList: Arbitrary<RetentionRule[]> = fc
  .tuple(fc.array(unnumbered, { maxLength: 6 }), fc.shuffledSubarray([1, 2, 3, 4, 5, 6], { minLength: 6 }))
  .map(([list, order]) => list.map((rule, i) => (rule.kind === 'act' ? { ...rule, id: `r${order[i]}`, priority: order[i]! } : { ...rule, id: `r${order[i]}` })));

const documents: Arbitrary<RetentionDocument> = fc.record(
  {
    schema: fc.constant('retention/v1' as const),
    mode: fc.oneof({ weight: 3, arbitrary: fc.constant('enforce' as const) }, { weight: 1, arbitrary: fc.constantFrom(...RETENTION_MODES) }),
    limits: fc.record({ maxPer24h: fc.constantFrom(1, 2, 3) }),
    notice: fc.record({ before: duration, channels: fc.constant(['webhook' as const]) }),
    approvals: fc.record({ purge: fc.integer({ min: 0, max: 2 }) }),
    deletion: fc.record({ grace: duration, approvals: fc.integer({ min: 0, max: 2 }) }, { requiredKeys: [] }),
    exempt: fc.record({ labels: fc.array(selector, { maxLength: 2 }) }),
    rules: ruleList,
  },
  { requiredKeys: ['schema', 'mode', 'rules'] },
);

const settled: Arbitrary<Pick<RetentionFacts, 'settledState' | 'settledReason' | 'reasonAt'>> = fc.oneof(
  fc.constant({ settledState: 'connected' as const, settledReason: null, reasonAt: null }),
  fc.constant({ settledState: 'never_paired' as const, settledReason: null, reasonAt: null }),
  fc.record({
    settledState: fc.constant('disconnected' as const),
    settledReason: fc.oneof(fc.constant<Reason>('logged_out'), fc.constantFrom(...REASONS)),
    reasonAt: sometimes,
  }),
);

const intents = fc.constantFrom<RetentionIntent>('rule', 'rule', 'rule', 'person', 'tenant');
const lifecycle = fc
  .record({
    lifecycle: fc.constantFrom('active' as const, 'archived' as const, 'purge_scheduled' as const, 'purge_scheduled' as const, ...LIFECYCLES),
    arranged: fc.option(fc.record({ at: instant, by: intents, cycle: fc.constantFrom(1, 1, 1, 2) }), { nil: null, freq: 9 }),
  })
  .map(({ lifecycle: at, arranged }) => ({ lifecycle: at, schedule: at === 'purge_scheduled' ? arranged : null }));

const rest = fc.record({
  environment: fc.constantFrom('live' as const, 'test' as const),
  labels: fc.dictionary(fc.constantFrom(...LABELS), fc.constantFrom(...VALUES), { maxKeys: 2 }),
  createdAt: instant.map((at) => at - 30 * DAY),
  settledSince: instant,
  deletionProtection: seldom,
  restoredAt: rarely,
  cancelledAt: rarely,
  holdReleasedAt: rarely,
  pairingSince: rarely,
  stormUntil: rarely,
  lastConnectedAt: sometimes,
  lastActivityAt: sometimes,
  override: fc.option(fc.record({ archiveAfter: millis, purgeAfter: millis, mayShorten: fc.boolean() }), { nil: null, freq: 2 }),
  noticeDeliveredAt: sometimes,
  approvals: fc.integer({ min: 0, max: 2 }),
  tenantSuspended: seldom,
  tenantLeaving: seldom.map((stays) => !stays),
  tenantResumedAt: rarely,
  removals: fc.record({ last24h: fc.integer({ min: 0, max: 3 }), freesAt: sometimes }),
  runBlocked: seldom,
  killSwitch: seldom,
  clockQuarantinedUntil: fc.oneof({ weight: 9, arbitrary: fc.constant(null) }, { weight: 2, arbitrary: instant }, { weight: 1, arbitrary: fc.constant(Infinity) }),
});
const facts: Arbitrary<RetentionFacts> = fc.tuple(settled, lifecycle, rest).map(([a, b, c]) => factsOf({ ...a, ...b, ...c }));

export const hold: Arbitrary<Hold> = fc
  .record({ scope: fc.constantFrom('instance' as const, 'selector' as const, 'tenant' as const, 'platform' as const), covers: fc.boolean() })
  .map(({ scope, covers }) => holdOn(scope, () => covers, newId('hld')));

/** Everything decide() may be asked, mostly about the same instants. */
export const questions: Arbitrary<RetentionQuestion> = fc.record({
  document: documents,
  activatedAt: instant.map((at) => Math.min(at, NOW)),
  deletionGrace: fc.constantFrom(0, 1_000, DAY, 7 * DAY),
  facts,
  holds: fc.oneof({ weight: 3, arbitrary: fc.constant<Hold[]>([]) }, { weight: 1, arbitrary: fc.array(hold, { maxLength: 2 }) }),
  now: fc.constant(NOW),
  intent: intents,
});
