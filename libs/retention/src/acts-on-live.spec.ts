import { actsOnLive } from './acts-on-live.js';
import type { RetentionRule } from './retention-document.js';

const act = (match: object): RetentionRule => ({ id: 'a', kind: 'act', priority: 1, match, clock: 'latest', archive: { after: 'P30D' } });

describe('a document acts on live instances', () => {
  it.each([
    ['when a rule names them', [act({ environment: ['live', 'test'] })], true],
    ['when a rule names no environment', [act({})], true],
    ['when one rule of several does', [act({ environment: ['test'] }), act({})], true],
    ['not when its rules are for sandbox instances only', [act({ environment: ['test'] })], false],
    ['not when it only retains', [{ id: 'r', kind: 'retain', match: {}, clock: 'latest', for: 'P1D' } as const], false],
    ['when one that retains lets the content of messages go', [{ id: 'r', kind: 'retain', match: {}, clock: 'latest', for: 'P1D', messages: { keep: 'P1D' } } as const], true],
    ['not without rules', [], false],
  ])('%s', (_when, rules, acts) => {
    expect(actsOnLive({ rules })).toBe(acts);
  });

  it('when it has a limit for the content of all messages', () => {
    expect(actsOnLive({ rules: [act({ environment: ['test'] })], messages: { keep: 'P1D' } })).toBe(true);
  });
});
