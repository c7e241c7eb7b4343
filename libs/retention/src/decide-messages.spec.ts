import { actRule, documentOf, factsOf, holdOn, NOW, policyOf, retainRule, YEAR_AGO } from '../test/retention-case.js';
import { compilePolicy } from './compile-policy.js';
import { decideMessages, erasedUntil } from './decide-messages.js';
import { DAY, SECOND } from './parse-duration.js';
import type { RetentionDocument } from './retention-document.js';
import type { Hold, RetentionFacts } from './retention-facts.js';

const free = factsOf({ labels: { plan: 'free' } });
const messagesOf = (document: Partial<RetentionDocument>, facts: RetentionFacts = free, holds: Hold[] = []) => decideMessages(policyOf(document), facts, holds, NOW);
const forFree = (keep: string) => actRule({ id: 'free', match: { labels: { plan: 'free' } }, messages: { keep } });

describe('the content of messages is kept', () => {
  it.each<[string, Partial<RetentionDocument>, number | null, string | null]>([
    ['without a limit where no rule says one', { rules: [actRule({ archive: { after: 'P1D' } })] }, null, null],
    ['as long as the document says', { messages: { keep: 'P90D' } }, 90 * DAY, null],
    ['as long as a rule for its labels says', { rules: [forFree('P30D')] }, 30 * DAY, 'free'],
    ['by the longest of all that match', { messages: { keep: 'P90D' }, rules: [forFree('P30D'), retainRule({ messages: { keep: 'P365D' } })] }, 365 * DAY, 'keep'],
    ['as the document says when a rule for it is shorter', { messages: { keep: 'P90D' }, rules: [forFree('P30D')] }, 90 * DAY, null],
    ['without a limit while a rule is for others only', { rules: [actRule({ match: { labels: { plan: 'gold' } }, messages: { keep: 'P1D' } })] }, null, null],
    ['without a limit while the rules are off', { mode: 'off', messages: { keep: 'P1D' } }, null, null],
    ['at least a day of a live instance', { rules: [forFree('PT1H')] }, DAY, 'free'],
  ])('%s', (_how, document, keepFor, rule) => {
    expect(messagesOf(document)).toMatchObject({ keepFor, rule });
  });

  it('at least a second of a sandbox instance', () => {
    expect(messagesOf({ rules: [forFree('PT1S')] }, { ...free, environment: 'test' })).toMatchObject({ keepFor: SECOND });
  });

  it.each(['connected', 'disconnected', 'never_paired'] as const)('by the same limit when it is %s', (settledState) => {
    expect(messagesOf({ rules: [forFree('P30D')] }, { ...free, settledState, settledReason: null })).toMatchObject({ keepFor: 30 * DAY, blockers: [] });
  });

  it('of a purged instance by nothing: it is gone', () => {
    expect(messagesOf({ messages: { keep: 'P90D' } }, { ...free, lifecycle: 'purged' })).toMatchObject({ keepFor: null });
  });

  it.each<[string, string[], Partial<RetentionDocument>, Partial<RetentionFacts>, Hold[]]>([
    ['the kill switch', ['kill-switch'], {}, { killSwitch: true }, []],
    ['a clock that is not trusted', ['clock-quarantine'], {}, { clockQuarantinedUntil: NOW + 1 }, []],
    ['a suspended tenant', ['tenant-suspended'], {}, { tenantSuspended: true }, []],
    ['each kind of hold', ['hold', 'hold', 'hold', 'platform-hold'], {}, {}, [holdOn('instance'), holdOn('selector'), holdOn('tenant'), holdOn('platform')]],
    ['a simulation', ['mode-simulate'], { mode: 'simulate' }, {}, []],
    ['a label that exempts', ['exempt-label'], { exempt: { labels: ['plan=free'] } }, {}, []],
  ])('whatever its age under %s', (_under, codes, document, facts, holds) => {
    const decision = messagesOf({ messages: { keep: 'P90D' }, ...document }, { ...free, ...facts }, holds);
    expect(decision.blockers.map(({ code }) => code).sort()).toEqual(codes);
    expect(erasedUntil(decision, NOW)).toBeNull();
  });

  it('and goes under what only concerns the instance', () => {
    const facts = { ...free, deletionProtection: true, stormUntil: NOW + DAY, pairingSince: NOW };
    const decision = messagesOf({ messages: { keep: 'P90D' }, windows: [{ days: ['SUN'], from: '02:00', to: '03:00' }], approvals: { purge: 1 }, rules: [retainRule()] }, facts);
    expect(erasedUntil(decision, NOW)).toBe(NOW - 90 * DAY);
  });

  it.each([
    ['after the version came into force', NOW - DAY + 1, null],
    ['after the tenant was resumed', YEAR_AGO, NOW - DAY + 1],
  ])('for a day %s, whatever its age', (_since, activatedAt, tenantResumedAt) => {
    const policy = compilePolicy(documentOf({ messages: { keep: 'P90D' } }), { version: 1, activatedAt, deletionGrace: DAY });
    const decision = decideMessages(policy, { ...free, tenantResumedAt }, [], NOW);
    expect([erasedUntil(decision, NOW), erasedUntil(decision, NOW + 1)]).toEqual([null, NOW + 1 - 90 * DAY]);
  });
});
