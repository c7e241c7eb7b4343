import { factsOf, NOW } from '../test/retention-case.js';
import { compileActMatch, compileMatch } from './compile-match.js';
import type { RuleMatch } from './retention-document.js';
import type { RetentionFacts } from './retention-facts.js';

describe('a match', () => {
  it.each<[string, RuleMatch, Partial<RetentionFacts>, boolean]>([
    ['of nothing is everything', {}, {}, true],
    ['of an environment', { environment: ['test'] }, { environment: 'test' }, true],
    ['of another environment', { environment: ['test'] }, { environment: 'live' }, false],
    ['of one of two connections', { connection: ['never_paired', 'disconnected'] }, {}, true],
    ['of another connection', { connection: ['never_paired'] }, {}, false],
    ['of a reason', { reason: ['banned', 'logged_out'] }, {}, true],
    ['of a reason where there is none', { reason: ['banned'] }, { settledReason: null }, false],
    ['of a label', { labels: { plan: 'free' } }, { labels: { plan: 'free', vip: '' } }, true],
    ['of a label with another value', { labels: { plan: 'free' } }, { labels: { plan: 'Free' } }, false],
    ['of any value of a label', { labels: { plan: '*' } }, { labels: { plan: '' } }, true],
    ['of a label that is not there', { labels: { plan: '*' } }, { labels: { vip: '' } }, false],
    ['of a label that every object seems to have', { labels: { constructor: '*' } }, {}, false],
    ['of two labels, of which one is there', { labels: { a: '1', b: '2' } }, { labels: { a: '1' } }, false],
    ['of the beginning of a name', { namePrefix: 'sh' }, {}, true],
    ['of the beginning of a name, composed otherwise', { namePrefix: 'e\u0301' }, { name: '\u00e9cole' }, true],
    ['of the middle of a name', { namePrefix: 'hop' }, {}, false],
    ['of what was created before', { createdBefore: '2026-11-23T09:00:00.001-03:00' }, { createdAt: NOW }, true],
    ['of what was created at that instant', { createdBefore: '2026-11-23T09:00:00-03:00' }, { createdAt: NOW }, false],
    ['of two keys, of which one holds', { environment: ['live'], namePrefix: 'x' }, {}, false],
  ])('%s', (_sentence, match, changes, expected) => {
    expect(compileMatch(match)(factsOf(changes))).toBe(expected);
  });

  it.each(['user_stopped', 'unknown'] as const)('of a rule that acts is %s only where it is named', (reason) => {
    const facts = factsOf({ settledReason: reason });
    expect(compileActMatch({})(facts)).toBe(false);
    expect(compileActMatch({ reason: ['banned'] })(facts)).toBe(false);
    expect(compileActMatch({ reason: [reason] })(facts)).toBe(true);
  });
});
