import fc from 'fast-check';
import { campaignRuns, propertyRuns } from '../test/property-runs.js';
import { askOracle, type RetentionQuestion } from '../test/retention-oracle.js';
import { hold, questions } from '../test/retention-questions.js';
import { retainRule } from '../test/retention-case.js';
import { compilePolicy } from './compile-policy.js';
import { decide } from './decide-retention.js';
import { DAY, SECOND } from './parse-duration.js';
import type { RetentionDecision } from './retention-decision.js';
import type { RetentionDocument } from './retention-document.js';

const runs = { numRuns: propertyRuns(1_000) };

function answer({ document, activatedAt, deletionGrace, facts, holds, now, intent }: RetentionQuestion): RetentionDecision {
  return decide(compilePolicy(document, { version: 1, activatedAt, deletionGrace }), facts, holds, now, intent);
}

/** The instant from which the step may be taken; Infinity when nobody can say. */
function possibleFrom({ action, dueAt, blockers }: RetentionDecision): number {
  if (action === null) return Infinity;
  return Math.max(dueAt!, ...blockers.map(({ until }) => until ?? Infinity));
}

const isRemoval = ({ action }: RetentionDecision) => action === 'schedule_purge' || action === 'purge';

describe('every decision', () => {
  it('is the one that the prose asks for', () => {
    const property = fc.property(questions, (question) => {
      const { blockers, ...decision } = answer(question);
      const standing = blockers.map(({ code, until }) => `${code} ${until}`).sort();
      expect({ ...decision, blockers: standing }).toEqual(askOracle(question));
    });
    fc.assert(property, { numRuns: campaignRuns(1_000) });
  }, 1_800_000);

  it('is the same each time', () => {
    fc.assert(
      fc.property(questions, (question) => {
        expect(answer(question)).toEqual(answer(question));
      }),
      runs,
    );
  });

  it('does not depend on the order of rules and holds', () => {
    const shuffled = questions.chain((question) =>
      fc
        .tuple(shuffle(question.document.rules), shuffle(question.holds))
        .map(([rules, holds]) => ({ question, other: withDocument({ ...question, holds }, { rules }) })),
    );
    fc.assert(
      fc.property(shuffled, ({ question, other }) => {
        expect(answer(other)).toEqual(answer(question));
      }),
      runs,
    );
  });

  it('waits at least for its floor', () => {
    const property = fc.property(questions, (question) => {
      const { facts, intent } = question;
      const decision = answer(question);
      const floor = facts.environment === 'live' ? DAY : SECOND;
      const began = Math.max(facts.createdAt, facts.lastConnectedAt ?? 0, facts.restoredAt ?? 0, facts.cancelledAt ?? 0, facts.stormUntil ?? 0);
      if (intent === 'rule' && decision.action !== null && decision.action !== 'cancel') expect(decision.dueAt).toBeGreaterThanOrEqual(began + floor);
      if (decision.action !== 'purge') return;
      const grace = { rule: floor, person: facts.environment === 'live' ? DAY : 0, tenant: 30 * DAY }[intent];
      expect(decision.dueAt).toBeGreaterThanOrEqual(Math.max(facts.schedule!.at, facts.holdReleasedAt ?? 0) + grace);
    });
    fc.assert(property, runs);
  });

  it('of what is connected asks for nothing by rule but to take a removal back', () => {
    const connected = questions.map((question) => ({ ...question, intent: 'rule' as const, facts: { ...question.facts, settledState: 'connected' as const } }));
    fc.assert(
      fc.property(connected, (question) => {
        expect([null, 'cancel']).toContain(answer(question).action);
      }),
      runs,
    );
  });
});

describe('nothing is possible earlier', () => {
  const more: [string, (question: RetentionQuestion) => fc.Arbitrary<RetentionQuestion>][] = [
    ['a hold', (question) => hold.map((added) => ({ ...question, holds: [...question.holds, added] }))],
    ['a retain rule', (question) => fc.constantFrom('PT1S', 'P2D', 'P30D').map((length) => withRetainRule(question, length))],
    ['an exemption', (question) => fc.constantFrom('plan', 'legal=x', 'vip=*').map((label) => withExemption(question, label))],
    ['deletion protection', (question) => fc.constant({ ...question, facts: { ...question.facts, deletionProtection: true } })],
    ['the kill switch', (question) => fc.constant({ ...question, facts: { ...question.facts, killSwitch: true } })],
  ];

  it.each(more)('with %s more', (_what, add) => {
    const pairs = questions.chain((question) => add(question).map((guarded) => ({ question, guarded })));
    const property = fc.property(pairs, ({ question, guarded }) => {
      const [before, after] = [answer(question), answer(guarded)];
      expect(after.action).toBe(before.action);
      if (before.action !== 'cancel') expect(possibleFrom(after)).toBeGreaterThanOrEqual(possibleFrom(before));
    });
    fc.assert(property, runs);
  });

  it('and nothing is removed at all under a hold that covers it', () => {
    const held = questions.map((question) => ({ ...question, holds: [{ ...HOLD }] }));
    fc.assert(
      fc.property(held, (question) => {
        const decision = answer(question);
        if (isRemoval(decision)) expect(possibleFrom(decision)).toBe(Infinity);
      }),
      runs,
    );
  });
});

const HOLD = { id: 'hld_held' as const, scope: 'tenant' as const, covers: () => true };

function withDocument(question: RetentionQuestion, changes: Partial<RetentionDocument>): RetentionQuestion {
  return { ...question, document: { ...question.document, ...changes } };
}

function withRetainRule(question: RetentionQuestion, length: string): RetentionQuestion {
  return withDocument(question, { rules: [...question.document.rules, retainRule({ for: length })] });
}

function withExemption(question: RetentionQuestion, label: string): RetentionQuestion {
  return withDocument(question, { exempt: { labels: [...(question.document.exempt?.labels ?? []), label] } });
}

function shuffle<T>(list: T[]): fc.Arbitrary<T[]> {
  return fc.shuffledSubarray(list, { minLength: list.length });
}
