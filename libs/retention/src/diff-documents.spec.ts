import { actRule, documentOf, retainRule } from '../test/retention-case.js';
import { diffDocuments } from './diff-documents.js';

const SAME = { fields: [], rules: { added: [], removed: [], changed: [] } };
const archiving = actRule({ id: 'old', archive: { after: 'P30D' } });

describe('two documents', () => {
  it('that say the same differ in nothing, whatever the order of rules and keys', () => {
    const rules = [archiving, retainRule()];
    const shuffled = Object.fromEntries(Object.entries(documentOf({ rules: [...rules].reverse() })).reverse());
    expect(diffDocuments(documentOf({ rules }), shuffled as never)).toEqual(SAME);
  });

  it('differ field by field beside the rules: what is new, gone and changed', () => {
    const before = documentOf({ limits: { maxPerRun: 5, maxPer24h: 50 }, exempt: { labels: ['vip'] } });
    const after = documentOf({ mode: 'simulate', limits: { maxPerRun: 9 }, exempt: { labels: ['vip', 'legal=*'] }, approvals: { purge: 1 } });
    expect(diffDocuments(before, after).fields).toEqual([
      { pointer: '/mode', old: 'enforce', new: 'simulate' },
      { pointer: '/limits/maxPerRun', old: 5, new: 9 },
      { pointer: '/limits/maxPer24h', old: 50, new: undefined },
      { pointer: '/exempt/labels', old: ['vip'], new: ['vip', 'legal=*'] },
      { pointer: '/approvals/purge', old: undefined, new: 1 },
    ]);
  });

  it('know a rule by its id, wherever it stands', () => {
    const changed = { ...archiving, match: { labels: { 'a/b': 'x' } }, archive: { after: 'P14D' } };
    const { rules } = diffDocuments(documentOf({ rules: [archiving, retainRule({ id: 'gone' })] }), documentOf({ rules: [actRule({ id: 'new' }), changed] }));
    expect(rules.added.map(({ id }) => id)).toEqual(['new']);
    expect(rules.removed.map(({ id }) => id)).toEqual(['gone']);
    expect(rules.changed).toEqual([
      {
        id: 'old',
        fields: [
          { pointer: '/archive/after', old: 'P30D', new: 'P14D' },
          { pointer: '/match/labels/a~1b', old: undefined, new: 'x' },
        ],
      },
    ]);
  });
});
