import fc from 'fast-check';
import { propertyRuns } from '../test/property-runs.js';
import type { RetentionQuestion } from '../test/retention-oracle.js';
import { hold, questions } from '../test/retention-questions.js';
import { actRule } from '../test/retention-case.js';
import { compilePolicy } from './compile-policy.js';
import { decideMessages, erasedUntil, type MessageDecision } from './decide-messages.js';
import { DAY, SECOND } from './parse-duration.js';
import type { RetentionDocument } from './retention-document.js';

const runs = { numRuns: propertyRuns(1_000) };
const keep = fc.constantFrom('PT1S', 'PT20S', 'P1D', 'P2D', 'P3D', 'P1W');
const limits = fc.option(keep.map((length) => ({ keep: length })), { nil: undefined });

/** Any question, with limits here and there. */
const limited: fc.Arbitrary<RetentionQuestion> = fc.tuple(questions, limits, fc.array(limits, { minLength: 8, maxLength: 8 })).map(([question, messages, ofRules]) => {
  const rules = question.document.rules.map((rule, i) => ({ ...rule, messages: ofRules[i % ofRules.length] }));
  return { ...question, document: { ...question.document, rules, messages } };
});

function answer({ document, activatedAt, deletionGrace, facts, holds, now }: RetentionQuestion): MessageDecision {
  return decideMessages(compilePolicy(document, { version: 1, activatedAt, deletionGrace }), facts, holds, now);
}

/** What was sent until then goes; -Infinity: nothing does. */
const reachOf = (question: RetentionQuestion) => erasedUntil(answer(question), question.now) ?? -Infinity;
const withDocument = (question: RetentionQuestion, changes: Partial<RetentionDocument>): RetentionQuestion => ({ ...question, document: { ...question.document, ...changes } });

describe('of the content of messages', () => {
  it('the same is decided each time, and in whatever order rules and holds come (I14)', () => {
    const shuffled = limited.chain((question) => {
      const { rules } = question.document;
      return fc.tuple(fc.shuffledSubarray(rules, { minLength: rules.length }), fc.shuffledSubarray(question.holds, { minLength: question.holds.length })).map(([other, holds]) => ({ question, other: withDocument({ ...question, holds }, { rules: other }) }));
    });
    fc.assert(fc.property(shuffled, ({ question, other }) => expect(answer(other)).toEqual(answer(question))), runs);
  });

  it('nothing goes under its floor, nor before the version was in force for as long', () => {
    const property = fc.property(limited, (question) => {
      const floor = question.facts.environment === 'live' ? DAY : SECOND;
      const reach = reachOf(question);
      expect(reach).toBeLessThanOrEqual(question.now - floor);
      if (reach > -Infinity) expect(question.now).toBeGreaterThanOrEqual(question.activatedAt + floor);
    });
    fc.assert(property, runs);
  });

  it('nothing goes under a hold that covers it, nor while rules do not act', () => {
    const guarded = fc.tuple(limited, fc.constantFrom<(question: RetentionQuestion) => RetentionQuestion>(held, off, simulated)).map(([question, guard]) => guard(question));
    fc.assert(fc.property(guarded, (question) => expect(reachOf(question)).toBe(-Infinity)), runs);
  });

  const more: [string, (question: RetentionQuestion) => fc.Arbitrary<RetentionQuestion>][] = [
    ['a hold', (question) => hold.map((added) => ({ ...question, holds: [...question.holds, added] }))],
    ['an exemption', (question) => fc.constantFrom('plan', 'legal=x', 'vip=*').map((label) => withDocument(question, { exempt: { labels: [...(question.document.exempt?.labels ?? []), label] } }))],
    ['a limit beside that of the document', (question) => keep.map((length) => withDocument(question, { rules: [...question.document.rules, actRule({ id: 'more', messages: { keep: length } })] }))],
  ];
  it.each(more)('no more goes with %s more', (_what, add) => {
    const pairs = limited.filter(({ document }) => document.messages !== undefined).chain((question) => add(question).map((other) => ({ question, other })));
    fc.assert(fc.property(pairs, ({ question, other }) => expect(reachOf(other)).toBeLessThanOrEqual(reachOf(question))), runs);
  });
});

const held = (question: RetentionQuestion): RetentionQuestion => ({ ...question, holds: [{ id: 'hld_held', scope: 'tenant', covers: () => true }] });
const off = (question: RetentionQuestion) => withDocument(question, { mode: 'off' });
const simulated = (question: RetentionQuestion) => withDocument(question, { mode: 'simulate' });
