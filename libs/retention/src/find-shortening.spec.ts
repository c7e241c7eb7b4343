import fc from 'fast-check';
import { propertyRuns } from '../test/property-runs.js';
import { actRule, documentOf, retainRule } from '../test/retention-case.js';
import { questions, ruleList } from '../test/retention-questions.js';
import { compilePolicy } from './compile-policy.js';
import { isSooner, prospectOf } from './find-prospect.js';
import { findShortening } from './find-shortening.js';
import type { RetentionDocument } from './retention-document.js';

const act = (changes: object = {}) => actRule({ id: 'a', archive: { after: 'P30D' }, purge: { after: 'P60D', grace: 'P7D' }, match: { reason: ['banned'] }, ...changes });
const keep = (changes: object = {}) => retainRule({ id: 'k', for: 'P90D', ...changes });
const base: Partial<RetentionDocument> = {
  windows: [{ days: ['MON'], from: '02:00', to: '05:00' }],
  timezone: 'UTC',
  limits: { maxPerRun: 5, maxPercentPerRun: 5, maxPer24h: 50 },
  notice: { before: 'P3D', channels: ['webhook'] },
  approvals: { purge: 1 },
  deletion: { grace: 'P7D', approvals: 1 },
  messages: { keep: 'P90D', media: { keep: 'P30D' } },
  exempt: { labels: ['vip'] },
  rules: [act(), keep()],
};
const { windows: _windows, ...unwindowed } = base;
const { limits: _limits, ...unlimited } = base;

const pointersOf = (from: Partial<RetentionDocument>, to: Partial<RetentionDocument>) => findShortening(documentOf(from), documentOf(to)).map(({ pointer }) => pointer);

describe('a version can only lengthen', () => {
  it.each<[string, Partial<RetentionDocument>]>([
    ['nothing is changed', base],
    ['it is off', { ...base, mode: 'off', rules: [act({ archive: { after: 'P1D' } })] }],
    ['it only simulates', { ...base, mode: 'simulate', rules: [act({ archive: { after: 'P1D' } })] }],
    ['a step comes later', { ...base, rules: [act({ archive: { after: 'P31D' }, purge: { after: 'P61D', grace: 'P8D' } }), keep()] }],
    ['a step is gone', { ...base, rules: [actRule({ ...act(), purge: undefined }), keep()] }],
    ['it retains for longer, and more', { ...base, rules: [act(), keep({ for: 'P91D' }), keep({ id: 'more' })] }],
    ['no rule acts any more', { ...base, rules: [keep()], messages: undefined }],
    ['it exempts more', { ...base, exempt: { labels: ['legal', 'vip'] } }],
    ['its limits are lower', { ...base, limits: { maxPerRun: 4, maxPercentPerRun: 1, maxPer24h: 1 } }],
    ['notice is given earlier and more approve', { ...base, notice: { before: 'P4D', channels: ['webhook'] }, approvals: { purge: 2 }, deletion: { grace: 'P8D', approvals: 2 } }],
    ['messages stay longer', { ...base, messages: { keep: 'P91D' } }],
    ['it says where its schema is', { ...base, $schema: './retention.schema.json' }],
  ])('when %s', (_what, to) => {
    expect(pointersOf(base, JSON.parse(JSON.stringify(to)) as RetentionDocument)).toEqual([]);
  });

  it.each([['windows', unwindowed], ['limits', unlimited]] as const)('when it has %s and the one in force has none', (_what, from) => {
    expect(pointersOf(from, base)).toEqual([]);
  });
});

describe('a version may shorten', () => {
  it.each<[string, Partial<RetentionDocument>, string[]]>([
    ['a step comes sooner', { ...base, rules: [keep(), act({ archive: { after: 'P29D' }, purge: { after: 'P59D', grace: 'P6D' } })] }, ['/rules/1/archive/after', '/rules/1/purge/after', '/rules/1/purge/grace']],
    ['a rule is new', { ...base, rules: [act(), keep(), act({ id: 'b', priority: 20 })] }, ['/rules/2']],
    ['a rule that acts is gone and another may take its place', { ...base, rules: [act({ id: 'b' }), keep()] }, ['/rules/0', '/rules']],
    ['it retains less', { ...base, rules: [act(), keep({ for: 'P89D' })] }, ['/rules/1/for']],
    ['it retains nothing', { ...base, rules: [act()] }, ['/rules']],
    ['a rule matches something else', { ...base, rules: [act({ match: { reason: ['banned', 'logged_out'] } }), keep()] }, ['/rules/0/match/reason']],
    ['a clock or a priority changes', { ...base, rules: [act({ clock: 'createdAt', priority: 1 }), keep()] }, ['/rules/0/priority', '/rules/0/clock']],
    ['it exempts others', { ...base, exempt: { labels: ['legal'] } }, ['/exempt/labels']],
    ['a limit is higher or gone', { ...base, limits: { maxPerRun: 6, maxPercentPerRun: 5 } }, ['/limits/maxPerRun', '/limits/maxPer24h']],
    ['notice is shorter', { ...base, notice: { before: 'P2D', channels: ['webhook'] } }, ['/notice/before']],
    ['fewer approve', { ...base, approvals: { purge: 0 }, deletion: { grace: 'P6D', approvals: 0 } }, ['/approvals/purge', '/deletion/grace', '/deletion/approvals']],
    ['its windows are others', { ...base, timezone: 'Asia/Tokyo' }, ['/timezone']],
    ['it has no windows', unwindowed, ['/windows']],
    ['the limit of messages is gone and leaves that of a rule', { ...base, messages: undefined, rules: [act({ messages: { keep: 'P1D' } }), keep()] }, ['/messages/keep', '/rules/0/messages/keep']],
    ['messages go sooner', { ...base, messages: { keep: 'P90D', media: { keep: 'P29D' } } }, ['/messages/media/keep']],
  ])('when %s', (_what, to, pointers) => {
    expect(pointersOf(base, to)).toEqual(pointers);
  });

  it.each(['off', 'simulate'] as const)('when the one in force is set to %s', (mode) => {
    expect(pointersOf({ ...base, mode }, base)).toEqual(['/mode']);
    expect(pointersOf({ ...base, mode }, { rules: [keep()] })).toEqual([]);
  });

  it('says what becomes of what', () => {
    expect(findShortening(documentOf(base), documentOf({ ...base, rules: [act({ archive: { after: 'P1D' } }), keep()] }))).toEqual([
      { pointer: '/rules/0/archive/after', detail: '"P30D" becomes "P1D"' },
    ]);
  });
});

describe('whatever is found to only lengthen', () => {
  const durations = fc.constantFrom('PT20S', 'PT23H', 'P1D', 'P2D', 'P3D', 'P1W');
  /** Small changes to what is there: two documents made apart from each other never only lengthen. */
  const edits = fc.array(
    fc.oneof(
      fc.record({ at: fc.nat(5), field: fc.constantFrom('archive', 'purge', 'for', 'grace'), to: fc.option(durations, { nil: undefined, freq: 4 }) }),
      fc.record({ exempt: fc.subarray(['vip', 'legal=*', 'plan=free']) }),
      fc.record({ add: ruleList, drop: fc.constant(-1) }),
      fc.record({ drop: fc.nat(5) }),
    ),
    { minLength: 1, maxLength: 2 },
  );

  function edited(document: RetentionDocument, changes: typeof edits extends fc.Arbitrary<infer T> ? T : never): RetentionDocument {
    const copy = structuredClone(document);
    for (const change of changes) {
      if ('exempt' in change) copy.exempt = { labels: change.exempt };
      if ('drop' in change) copy.rules.splice(change.drop, change.drop < 0 ? 0 : 1);
      if ('add' in change) copy.rules.push(...change.add.filter(({ id, kind }) => kind === 'retain' && !copy.rules.some((rule) => rule.id === id)));
      if ('at' in change) retime(copy.rules[change.at], change.field, change.to);
    }
    return copy;
  }

  function retime(rule: RetentionDocument['rules'][number] | undefined, field: string, to: string | undefined): void {
    if (rule?.kind === 'retain' && field === 'for' && to) rule.for = to;
    if (rule?.kind !== 'act') return;
    if (field === 'archive') rule.archive = to ? { after: to } : undefined;
    if (field === 'purge' && rule.purge) rule.purge = to ? { ...rule.purge, after: to } : undefined;
    if (field === 'grace' && rule.purge && to) rule.purge = { ...rule.purge, grace: to };
  }

  it('makes nothing of any instance due sooner', () => {
    let lengthening = 0;
    const property = fc.property(questions, edits, ({ document, facts, holds, now, activatedAt, deletionGrace }, changes) => {
      const [before, after] = [{ ...document, mode: 'enforce' as const }, edited({ ...document, mode: 'enforce' }, changes)];
      if (findShortening(before, after).length > 0) return;
      lengthening++;
      const [was, will] = [before, after].map((one) => prospectOf(compilePolicy(one, { version: 1, activatedAt, deletionGrace }), facts, holds, now));
      expect({ next: isSooner(will!.next, was!.next), removal: isSooner(will!.removal, was!.removal) }).toEqual({ next: false, removal: false });
    });
    fc.assert(property, { numRuns: propertyRuns(3_000) });
    expect(lengthening).toBeGreaterThan(300);
  });
});
