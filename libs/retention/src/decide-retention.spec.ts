import { actRule, factsOf, holdOn, NOW, policyOf, retainRule, scheduledFacts, YEAR_AGO } from '../test/retention-case.js';
import { decide, isDue } from './decide-retention.js';
import { DAY, SECOND } from './parse-duration.js';
import type { RetentionDecision } from './retention-decision.js';
import type { ActDocumentRule, RetentionDocument } from './retention-document.js';
import type { Hold, RetentionFacts, RetentionIntent } from './retention-facts.js';

const HOUR = 3_600 * SECOND;
const MINUTE = 60 * SECOND;
const SINCE = NOW - 10 * DAY; // when factsOf() was disconnected

const archiving = actRule({ archive: { after: 'P5D' } });
const purging = actRule({ match: { reason: ['logged_out'] }, purge: { after: 'P8D', grace: 'P2D' } });
const both = { ...purging, archive: archiving.archive } as ActDocumentRule;
const HOLD = holdOn('tenant');

/** What a decision says, with the codes of its blockers alone. */
type Expected = Partial<Pick<RetentionDecision, 'action' | 'dueAt' | 'rule' | 'losers'>> & { blockers?: string[] };

function expectDecision(decision: RetentionDecision, expected: Expected): void {
  expect({ ...decision, blockers: decision.blockers.map(({ code }) => code) }).toMatchObject(expected);
}

function byRule(document: Partial<RetentionDocument>, facts: RetentionFacts, holds: Hold[] = []): RetentionDecision {
  return decide(policyOf({ ...document }), facts, holds, NOW, 'rule');
}

describe('the next step of a rule', () => {
  it.each<[string, ActDocumentRule, Partial<RetentionFacts>, Expected]>([
    ['an archiving rule archives the active', archiving, {}, { action: 'archive', dueAt: SINCE + 5 * DAY }],
    ['an archiving rule has nothing left to do with the archived', archiving, { lifecycle: 'archived' }, { action: null, dueAt: null, rule: 'act' }],
    ['a rule that does both archives first', both, {}, { action: 'archive', dueAt: SINCE + 5 * DAY }],
    ['then it schedules the purge, counted as for the active', both, { lifecycle: 'archived' }, { action: 'schedule_purge', dueAt: SINCE + 8 * DAY }],
    ['a rule that only purges schedules from active', purging, {}, { action: 'schedule_purge', dueAt: SINCE + 8 * DAY }],
    ['nothing follows a purge', both, { lifecycle: 'purged' }, { action: null, dueAt: null, rule: null }],
    ['nothing is asked of the connected', archiving, { settledState: 'connected', settledReason: null }, { action: null, rule: null }],
    ['what the platform stopped starts no clock', archiving, { settledReason: 'platform_stopped' }, { action: null, rule: null }],
    ['a person’s stop is not acted on unless it is named', archiving, { settledReason: 'user_stopped' }, { action: null }],
    ['nor is an unknown reason', archiving, { settledReason: 'unknown' }, { action: null }],
    [
      'a person’s stop that is named is acted on',
      { ...archiving, match: { reason: ['user_stopped'] } },
      { settledReason: 'user_stopped' },
      { action: 'archive' },
    ],
    [
      'what never paired counts from its creation',
      { ...archiving, match: { connection: ['never_paired'] } },
      { settledState: 'never_paired', settledReason: null, settledSince: YEAR_AGO, reasonAt: null, lastConnectedAt: null, lastActivityAt: null },
      { action: 'archive', dueAt: YEAR_AGO + 5 * DAY },
    ],
  ])('%s', (_sentence, rule, changes, expected) => {
    expectDecision(byRule({ rules: [rule] }, factsOf(changes)), { ...expected, blockers: [] });
  });

  it('is the one of the smallest priority among those that match; the others are named', () => {
    const rules = [
      actRule({ id: 'late', priority: 30, archive: { after: 'P1D' } }),
      actRule({ id: 'other-reason', priority: 1, match: { reason: ['banned'] }, archive: { after: 'P1D' } }),
      actRule({ id: 'first', priority: 10, archive: { after: 'P20D' } }),
      actRule({ id: 'second', priority: 20, archive: { after: 'P2D' } }),
    ];
    expectDecision(byRule({ rules }, factsOf()), { rule: 'first', losers: ['second', 'late'], dueAt: SINCE + 20 * DAY });
  });

  it('is none while the mode is off', () => {
    expectDecision(byRule({ mode: 'off', rules: [both] }, factsOf()), { action: null, dueAt: null, rule: null, blockers: [] });
  });
});

describe('the deadline', () => {
  const due = (facts: RetentionFacts): boolean => isDue(byRule({ rules: [archiving] }, facts), NOW);
  const sinceDisconnect = (age: number) => factsOf({ settledSince: NOW - age, reasonAt: NOW - age, lastConnectedAt: NOW - age, lastActivityAt: null });

  it.each<[string, number, boolean]>([
    ['one millisecond before it keeps', 5 * DAY - 1, false],
    ['on the millisecond it is due', 5 * DAY, true],
    ['one millisecond after it is due', 5 * DAY + 1, true],
  ])('%s', (_sentence, age, expected) => {
    expect(due(sinceDisconnect(age))).toBe(expected);
  });

  it('that has passed is not due while something blocks, nor is nothing', () => {
    expect(due({ ...sinceDisconnect(6 * DAY), killSwitch: true })).toBe(false);
    expect(due(factsOf({ lifecycle: 'archived' }))).toBe(false);
  });

  it.each<[string, Partial<RetentionFacts>]>([
    ['a connection', { lastConnectedAt: NOW - 5 * DAY + 1 }],
    ['a restore', { restoredAt: NOW - 5 * DAY + 1 }],
    ['a cancel', { cancelledAt: NOW - 5 * DAY + 1 }],
    ['the end of a suspension', { tenantResumedAt: NOW - 5 * DAY + 1 }],
    ['the end of a disconnect storm', { stormUntil: NOW - 5 * DAY + 1 }],
  ])('counts from %s when that is later', (_sentence, changes) => {
    expectDecision(byRule({ rules: [archiving] }, factsOf(changes)), { dueAt: NOW + 1, blockers: [] });
  });

  it.each<[ActDocumentRule['clock'], number]>([
    ['disconnectedAt', NOW - 40 * DAY],
    ['reasonAt', NOW - 30 * DAY],
    ['lastActivityAt', NOW - 20 * DAY],
    ['createdAt', NOW - 50 * DAY],
    ['latest', NOW - 20 * DAY],
  ])('of the clock %s', (clock, start) => {
    const facts = factsOf({
      createdAt: NOW - 50 * DAY,
      lastConnectedAt: null,
      settledSince: NOW - 40 * DAY,
      reasonAt: NOW - 30 * DAY,
      lastActivityAt: NOW - 20 * DAY,
    });
    expectDecision(byRule({ rules: [{ ...archiving, clock }] }, facts), { dueAt: start + 5 * DAY });
  });

  it('of a clock that nothing has started counts from the creation', () => {
    const facts = factsOf({ lastConnectedAt: null, lastActivityAt: null });
    expectDecision(byRule({ rules: [{ ...archiving, clock: 'lastActivityAt' }] }, facts), { dueAt: YEAR_AGO + 5 * DAY });
  });

  it.each<[string, NonNullable<RetentionFacts['override']>, number]>([
    ['lengthens it', { archiveAfter: 9 * DAY, purgeAfter: null, mayShorten: false }, 9 * DAY],
    ['that may not shorten it does not', { archiveAfter: 2 * DAY, purgeAfter: null, mayShorten: false }, 5 * DAY],
    ['that may shorten it does', { archiveAfter: 2 * DAY, purgeAfter: null, mayShorten: true }, 2 * DAY],
    ['never goes under the floor', { archiveAfter: 1, purgeAfter: null, mayShorten: true }, DAY],
    ['of the purge leaves the archive alone', { archiveAfter: null, purgeAfter: 9 * DAY, mayShorten: true }, 5 * DAY],
  ])('an override %s', (_sentence, override, after) => {
    expectDecision(byRule({ rules: [both] }, factsOf({ override })), { action: 'archive', dueAt: SINCE + after });
  });

  it('an override of the purge moves the purge', () => {
    const override = { archiveAfter: null, purgeAfter: 9 * DAY, mayShorten: false };
    expectDecision(byRule({ rules: [both] }, factsOf({ lifecycle: 'archived', override })), { action: 'schedule_purge', dueAt: SINCE + 9 * DAY });
  });

  it.each<[RetentionFacts['environment'], number]>([
    ['live', DAY],
    ['test', SECOND],
  ])('of a %s instance is never under its floor, whatever the document says', (environment, floor) => {
    const rules = [actRule({ archive: { after: 'PT0S' } })];
    expectDecision(byRule({ rules }, factsOf({ environment })), { dueAt: SINCE + floor });
  });
});

describe('a purge that a rule has scheduled', () => {
  const AT = NOW - 2 * DAY;
  const decideScheduled = (changes: Partial<RetentionFacts>, document: Partial<RetentionDocument> = {}, activatedAt = YEAR_AGO) =>
    decide(policyOf({ rules: [both], ...document }, activatedAt), scheduledFacts({ at: AT }, changes), [], NOW, 'rule');
  const purge = (after: string, grace: string) => ({ rules: [{ ...both, purge: { after, grace } }] });

  it.each<[string, RetentionDecision, number]>([
    ['the schedule', decideScheduled({}), AT + 2 * DAY],
    ['the deadline, when a new version has moved it', decideScheduled({}, purge('P20D', 'P2D')), SINCE + 22 * DAY],
    ['the activation of the version', decideScheduled({}, {}, NOW - DAY), NOW + DAY],
    ['the release of a hold', decideScheduled({ holdReleasedAt: NOW - DAY }), NOW + DAY],
  ])('counts its grace from %s', (_sentence, decision, dueAt) => {
    expectDecision(decision, { action: 'purge', dueAt, rule: 'act', blockers: [] });
  });

  it('has 24 hours of grace at least when it is live, whatever the document says', () => {
    expectDecision(decideScheduled({}, purge('P8D', 'PT0S')), { dueAt: AT + DAY });
    expectDecision(decideScheduled({ environment: 'test' }, purge('P8D', 'PT0S')), { dueAt: AT + SECOND });
  });

  it.each<[string, RetentionDecision]>([
    ['a connection', decideScheduled({ settledState: 'connected', settledReason: null })],
    ['a connection while the mode is off', decideScheduled({ settledState: 'connected', settledReason: null }, { mode: 'off' })],
    ['a connection while the operator has stopped removals', decideScheduled({ settledState: 'connected', killSwitch: true })],
    ['a new cycle', decideScheduled({ cycle: 2 })],
    ['the loss of its record', decideScheduled({ schedule: null })],
    ['a version of which no rule matches', decideScheduled({}, { rules: [] })],
  ])('is taken back by %s', (_sentence, decision) => {
    expectDecision(decision, { action: 'cancel', dueAt: NOW, rule: null, blockers: [] });
  });

  it('is taken back by a version whose deciding rule does not purge, and that rule is named', () => {
    expectDecision(decideScheduled({}, { rules: [archiving] }), { action: 'cancel', dueAt: NOW, rule: 'act', blockers: [] });
  });

  it('stays where it is while the mode is off', () => {
    expectDecision(decideScheduled({}, { mode: 'off' }), { action: null, dueAt: null });
  });

  it('is no business of the rules when a person has confirmed it', () => {
    expectDecision(decide(policyOf({ rules: [both] }), scheduledFacts({ by: 'person' }), [], NOW, 'rule'), { action: null, rule: null });
  });
});

describe('a deletion that was confirmed', () => {
  const AT = NOW - 3 * DAY;
  const decideFor = (intent: RetentionIntent, facts: RetentionFacts, document: Partial<RetentionDocument> = {}, grace = 7 * DAY) =>
    decide(policyOf(document, YEAR_AGO, grace), facts, [], NOW, intent);

  it.each<[RetentionIntent]>([['person'], ['tenant']])('by a %s schedules at once, connected or not, whatever the mode', (intent) => {
    const facts = factsOf({ settledState: 'connected', settledReason: null });
    expectDecision(decideFor(intent, facts, { mode: 'off', rules: [both] }), { action: 'schedule_purge', dueAt: NOW, rule: null, blockers: [], losers: [] });
  });

  it.each<[string, RetentionDecision, number]>([
    ['the installation’s grace when the document says none', decideFor('person', scheduledFacts({ at: AT, by: 'person' })), AT + 7 * DAY],
    ['the document’s grace', decideFor('person', scheduledFacts({ at: AT, by: 'person' }), { deletion: { grace: 'P2D' } }), AT + 2 * DAY],
    ['24 hours at least when it is live', decideFor('person', scheduledFacts({ at: AT, by: 'person' }), {}, 0), AT + DAY],
    ['no least in the sandbox', decideFor('person', scheduledFacts({ at: AT, by: 'person' }, { environment: 'test' }), {}, 0), AT],
    ['the release of a hold', decideFor('person', scheduledFacts({ at: AT, by: 'person' }, { holdReleasedAt: NOW - DAY })), NOW + 6 * DAY],
    ['30 days for a tenant', decideFor('tenant', scheduledFacts({ at: AT, by: 'tenant' }), { deletion: { grace: 'P2D' } }), AT + 30 * DAY],
  ])('is carried out after %s', (_sentence, decision, dueAt) => {
    expectDecision(decision, { action: 'purge', dueAt, blockers: [] });
  });

  it('takes over what a rule has scheduled, with its own grace', () => {
    expectDecision(decideFor('person', scheduledFacts({ by: 'rule' })), { action: 'schedule_purge', dueAt: NOW });
  });

  it('is not taken back by a connection of the same cycle, but by a new cycle', () => {
    const connected = scheduledFacts({ at: AT, by: 'person' }, { settledState: 'connected', settledReason: null });
    expectDecision(decideFor('person', connected), { action: 'purge' });
    expectDecision(decideFor('person', { ...connected, cycle: 2 }), { action: 'cancel', dueAt: NOW, blockers: [] });
  });

  it('has nothing to do with what is gone', () => {
    expectDecision(decideFor('person', factsOf({ lifecycle: 'purged' })), { action: null, dueAt: null });
  });
});

/** One guard: what makes it stand, when it ends, and before which steps it stands (archive, schedule, purge) by intent. */
interface GuardCase {
  code: string;
  facts?: Partial<RetentionFacts>;
  document?: Partial<RetentionDocument>;
  holds?: Hold[];
  until: number | null;
  rule: string;
  person: string;
  tenant: string;
}

const guards: GuardCase[] = [
  { code: 'kill-switch', facts: { killSwitch: true }, until: null, rule: 'asp', person: 'sp', tenant: 'sp' },
  { code: 'clock-quarantine', facts: { clockQuarantinedUntil: NOW + 1 }, until: NOW + 1, rule: 'asp', person: 'sp', tenant: 'sp' },
  { code: 'clock-quarantine', facts: { clockQuarantinedUntil: Infinity }, until: null, rule: 'asp', person: 'sp', tenant: 'sp' },
  { code: 'tenant-suspended', facts: { tenantSuspended: true }, until: null, rule: 'asp', person: 'sp', tenant: '' },
  { code: 'hold', holds: [HOLD], until: null, rule: 'sp', person: 'sp', tenant: 'sp' },
  { code: 'deletion-protection', facts: { deletionProtection: true }, until: null, rule: 'sp', person: 'sp', tenant: '' },
  { code: 'retain-rule', document: { rules: [retainRule({ for: 'P30D' })] }, until: SINCE + 30 * DAY, rule: 'sp', person: 'sp', tenant: 'sp' },
  { code: 'mode-simulate', document: { mode: 'simulate' }, until: null, rule: 'asp', person: '', tenant: '' },
  { code: 'exempt-label', document: { exempt: { labels: ['vip'] } }, facts: { labels: { vip: 'yes' } }, until: null, rule: 'asp', person: '', tenant: '' },
  { code: 'disconnect-storm', facts: { stormUntil: NOW + 1 }, until: NOW + 1, rule: 'asp', person: '', tenant: '' },
  { code: 'pairing', facts: { pairingSince: NOW - 10 * MINUTE + 1 }, until: NOW + 1, rule: 'asp', person: 'p', tenant: 'p' },
  {
    code: 'outside-window',
    document: { windows: [{ days: ['TUE'], from: '02:00', to: '03:00' }] },
    until: NOW + 14 * HOUR,
    rule: 'p',
    person: '',
    tenant: '',
  },
  { code: 'limit-per-24h', document: { limits: { maxPer24h: 3 } }, facts: { removals: { last24h: 3, freesAt: NOW + 7 } }, until: NOW + 7, rule: 'p', person: '', tenant: '' },
  { code: 'run-over-limit', facts: { runBlocked: true }, until: null, rule: 'p', person: '', tenant: '' },
  { code: 'notice', document: { notice: { before: 'P3D', channels: ['webhook'] } }, until: null, rule: 'p', person: '', tenant: '' },
  { code: 'approvals', document: { approvals: { purge: 1 } }, until: null, rule: 'p', person: '', tenant: '' },
  { code: 'approvals', document: { deletion: { approvals: 1 } }, until: null, rule: '', person: 'p', tenant: '' },
];

const STEPS = { a: 'archive', s: 'schedule_purge', p: 'purge' } as const;

/** Facts under which this step is the next one for this intent. */
function factsBefore(letter: keyof typeof STEPS, intent: RetentionIntent, changes: Partial<RetentionFacts> = {}): RetentionFacts {
  if (letter === 'p') return scheduledFacts({ by: intent }, changes);
  return factsOf({ lifecycle: letter === 'a' ? 'active' : 'archived', ...changes });
}

describe("a removal for a tenant's deletion", () => {
  it('is void from the moment at which the deletion is taken back, whatever stands in the way', () => {
    const facts = scheduledFacts({ by: 'tenant' }, { tenantLeaving: false, killSwitch: true });
    expect(decide(policyOf(), facts, [HOLD], NOW, 'tenant')).toMatchObject({ action: 'cancel', dueAt: NOW, blockers: [] });
  });
});

describe('a guard', () => {
  const cells = guards.flatMap((guard) =>
    (['rule', 'person', 'tenant'] as const).flatMap((intent) =>
      (['a', 's', 'p'] as const)
        .filter((letter) => letter !== 'a' || intent === 'rule')
        .map((letter) => [guard.code, guard[intent].includes(letter) ? 'stands' : 'does not stand', STEPS[letter], intent, letter, guard] as const),
    ),
  );

  it.each(cells)('%s %s before %s by %s', (...[code, stands, action, intent, letter, guard]) => {
    const { facts, document, holds = [], until } = guard;
    const policy = policyOf({ ...document, rules: [both, ...(document?.rules ?? [])] });
    const decision = decide(policy, factsBefore(letter, intent, facts), holds, NOW, intent);
    expect(decision.action).toBe(action);
    const blockers = decision.blockers.map((blocker) => ({ code: blocker.code, until: blocker.until }));
    expect(blockers).toEqual(stands === 'stands' ? [{ code, until }] : []);
  });

  it.each<[string, Partial<RetentionFacts>, Partial<RetentionDocument>]>([
    ['the quarantine of the clock ends', { clockQuarantinedUntil: NOW }, {}],
    ['the last retain rule ends', {}, { rules: [retainRule({ for: 'P10D' })] }],
    ['the storm is over', { stormUntil: NOW }, {}],
    ['a pairing is ten minutes old', { pairingSince: NOW - 10 * MINUTE }, {}],
    ['the window opens', {}, { windows: [{ days: ['MON'], from: '12:00', to: '12:01' }] }],
    ['one more removal is within the limit', { removals: { last24h: 2, freesAt: NOW + 7 } }, { limits: { maxPer24h: 3 } }],
    ['the time of the notice has passed', { noticeDeliveredAt: NOW - 3 * DAY }, { notice: { before: 'P3D', channels: ['webhook'] } }],
    ['the last approval is given', { approvals: 2 }, { approvals: { purge: 2 } }],
  ])('is gone in the millisecond in which %s', (_sentence, facts, document) => {
    const policy = policyOf({ ...document, rules: [both, ...(document.rules ?? [])] });
    expectDecision(decide(policy, scheduledFacts({}, facts), [], NOW, 'rule'), { action: 'purge', blockers: [] });
  });

  it('says in a sentence what it is about', () => {
    const { blockers } = byRule({ rules: [both], mode: 'simulate' }, factsOf({ lifecycle: 'archived', deletionProtection: true }), [HOLD]);
    expect(blockers.map(({ detail }) => detail)).toEqual([
      `A hold is on it until it is released: ${HOLD.id} (tenant).`,
      'The instance is protected from deletion.',
      'The rules are only simulated.',
    ]);
  });

  it('is answered with all others that stand, in the order of the guards', () => {
    const document: Partial<RetentionDocument> = { exempt: { labels: ['vip'] }, approvals: { purge: 1 }, rules: [both, retainRule()] };
    const facts = scheduledFacts({}, { killSwitch: true, tenantSuspended: true, labels: { vip: '' }, runBlocked: true });
    expectDecision(byRule(document, facts, [HOLD]), {
      blockers: ['kill-switch', 'tenant-suspended', 'hold', 'retain-rule', 'exempt-label', 'run-over-limit', 'approvals'],
    });
  });
});

describe('a hold', () => {
  it('that covers another instance does not block', () => {
    const facts = factsOf({ lifecycle: 'archived' });
    const elsewhere = holdOn('instance', ({ instanceId }) => instanceId !== facts.instanceId);
    expectDecision(byRule({ rules: [purging] }, facts, [elsewhere]), { action: 'schedule_purge', blockers: [] });
  });

  it('is named beside every other one', () => {
    expectDecision(byRule({ rules: [purging] }, factsOf(), [HOLD, holdOn('platform')]), { blockers: ['hold', 'platform-hold'] });
  });

  it('that was released makes an earlier notice void', () => {
    const document: Partial<RetentionDocument> = { notice: { before: 'P3D', channels: ['webhook'] }, rules: [both] };
    const facts = scheduledFacts({}, { noticeDeliveredAt: NOW - 5 * DAY, holdReleasedAt: NOW - 5 * DAY + 1 });
    expectDecision(byRule(document, facts), { blockers: ['notice'] });
    expectDecision(byRule(document, { ...facts, holdReleasedAt: NOW - 5 * DAY }), { blockers: [] });
  });
});

describe('a retain rule', () => {
  const untilOf = (rules: RetentionDocument['rules'], changes: Partial<RetentionFacts> = {}) =>
    decide(policyOf({ rules }), factsOf(changes), [], NOW, 'person').blockers.map(({ until, detail }) => ({ until, detail }));

  it('that is the longest wins', () => {
    const rules = [retainRule({ id: 'a', for: 'P20D' }), retainRule({ id: 'b', for: 'P40D' }), retainRule({ id: 'c', for: 'P30D' })];
    expect(untilOf(rules)).toEqual([{ until: SINCE + 40 * DAY, detail: 'The rule b retains it.' }]);
  });

  it('keeps what is connected from now on', () => {
    expect(untilOf([retainRule({ for: 'P2D' })], { settledState: 'connected', settledReason: null })).toMatchObject([{ until: NOW + 2 * DAY }]);
  });

  it('keeps also what a person has stopped without being told to', () => {
    expect(untilOf([retainRule()], { settledReason: 'user_stopped' })).toHaveLength(1);
  });

  it('leaves alone what it does not match', () => {
    expect(untilOf([retainRule({ match: { labels: { plan: 'enterprise' } } })], { labels: { plan: 'free' } })).toEqual([]);
  });
});

describe('notice', () => {
  const document: Partial<RetentionDocument> = { notice: { before: 'P3D', channels: ['webhook'] }, rules: [both] };
  const untilOf = (changes: Partial<RetentionFacts>, activatedAt = YEAR_AGO, notice = document.notice) =>
    decide(policyOf({ ...document, notice }, activatedAt), scheduledFacts({}, changes), [], NOW, 'rule').blockers.map(({ until }) => until);

  it('runs from its delivery', () => {
    expect(untilOf({ noticeDeliveredAt: NOW - DAY })).toEqual([NOW + 2 * DAY]);
  });

  it('runs from the activation of the version when that is later', () => {
    expect(untilOf({ noticeDeliveredAt: NOW - 9 * DAY }, NOW - DAY)).toEqual([NOW + 2 * DAY]);
  });

  it('of a live instance is given 24 hours before, whatever the document says', () => {
    expect(untilOf({ noticeDeliveredAt: NOW }, YEAR_AGO, { before: 'PT0S', channels: ['webhook'] })).toEqual([NOW + DAY]);
  });
});
