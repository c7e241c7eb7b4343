import { actRule, factsOf, holdOn, NOW, policyOf } from '../test/retention-case.js';
import { isSooner, prospectOf, type When } from './find-prospect.js';
import { DAY } from './parse-duration.js';

const at = (from: number, dueAt = from): When => ({ from, dueAt });
const NEVER = at(Infinity);
const archiveAndPurge = [actRule({ match: { reason: ['logged_out'] }, archive: { after: 'P30D' }, purge: { after: 'P60D', grace: 'P7D' } })];

describe('what a version has in store for an instance', () => {
  it('is the next step, and the removal that follows an archive', () => {
    const { next, removal } = prospectOf(policyOf({ rules: archiveAndPurge }), factsOf(), [], NOW);
    expect({ next, removal }).toEqual({ next: at(NOW + 20 * DAY), removal: at(NOW + 50 * DAY) });
  });

  it('is nothing after an archive by a rule that does not purge', () => {
    const { next, removal } = prospectOf(policyOf({ rules: [actRule({ archive: { after: 'P30D' } })] }), factsOf(), [], NOW);
    expect({ next, removal }).toEqual({ next: at(NOW + 20 * DAY), removal: NEVER });
  });

  it('is due under a hold too, from nobody knows when', () => {
    const { next } = prospectOf(policyOf({ rules: archiveAndPurge }), factsOf({ lifecycle: 'archived' }), [holdOn('tenant')], NOW);
    expect(next).toEqual(at(Infinity, NOW + 50 * DAY));
  });

  it.each(['off', 'simulate'] as const)('is nothing while the mode is %s', (mode) => {
    const { decision, next, removal } = prospectOf(policyOf({ mode, rules: archiveAndPurge }), factsOf(), [], NOW);
    expect({ action: decision.action, next, removal }).toEqual({ action: null, next: NEVER, removal: NEVER });
  });
});

describe('of two prospects', () => {
  it.each([
    ['the earlier', at(1), at(2), true],
    ['none of two alike', at(1), at(1), false],
    ['any before never', at(1), NEVER, true],
    ['never after any', NEVER, at(1), false],
    ['the earlier due of two that something holds up', at(Infinity, 1), at(Infinity, 2), true],
    ['not the one that is due earlier and possible later', at(3, 1), at(2, 2), false],
  ])('%s is sooner', (_what, one, other, sooner) => {
    expect(isSooner(one, other)).toBe(sooner);
  });
});
