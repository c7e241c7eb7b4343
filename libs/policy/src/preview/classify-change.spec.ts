import type { Prospect, RetentionStep } from '#libs/retention';
import { classifyChange } from './classify-change.js';

const NOW = 1_000;
const NEVER = { dueAt: Infinity, from: Infinity };

/** A step due at an instant; `blocked`: something stands in its way, and nobody can say how long. */
function prospect(action: RetentionStep | null, dueAt: number, { blocked = false, removalAt = Infinity } = {}): Prospect {
  const when = (at: number) => ({ dueAt: at, from: blocked ? Infinity : Math.max(NOW, at) });
  const blockers = blocked ? [{ code: 'exempt-label' as const, detail: '', until: null }] : [];
  const next = action === null || action === 'cancel' ? NEVER : when(dueAt);
  const removal = action === 'schedule_purge' || action === 'purge' ? next : when(removalAt);
  return { decision: { action, dueAt: action && dueAt, rule: 'r', blockers, losers: [] }, next, removal };
}

const nothing = prospect(null, 0);

describe('what changes for an instance', () => {
  it.each<[string, Prospect, Prospect, string]>([
    ['nothing, where nothing happens', nothing, nothing, 'unchanged'],
    ['nothing, where the same happens', prospect('archive', 2_000), prospect('archive', 2_000), 'unchanged'],
    ['nothing, where both would act at once, whenever each was due', prospect('archive', 500), prospect('archive', 900), 'unchanged'],
    ['that it is acted on at once', nothing, prospect('archive', 900), 'newly_due'],
    ['that nothing exempts it any more', prospect('archive', 900, { blocked: true }), prospect('archive', 900), 'newly_due'],
    ['that it goes instead of being archived', prospect('archive', 900), prospect('schedule_purge', 900), 'newly_due'],
    ['that something happens at all', nothing, prospect('archive', 2_000), 'earlier'],
    ['that it happens earlier', prospect('archive', 2_000), prospect('archive', 1_500), 'earlier'],
    ['that it would happen earlier if nothing held it', prospect('archive', 2_000, { blocked: true }), prospect('archive', 1_500, { blocked: true }), 'earlier'],
    ['that it is removed after its archive', prospect('archive', 2_000), prospect('archive', 2_000, { removalAt: 9_000 }), 'earlier'],
    ['that it is removed earlier, though it is archived later', prospect('archive', 900, { removalAt: 9_000 }), prospect('archive', 2_000, { removalAt: 8_000 }), 'earlier'],
    ['that it is not acted on at once', prospect('archive', 900), prospect('archive', 2_000), 'no_longer_due'],
    ['that it is archived instead of going', prospect('schedule_purge', 900), prospect('archive', 900), 'later'],
    ['that it happens later', prospect('archive', 1_500), prospect('archive', 2_000), 'later'],
    ['that it does not happen', prospect('archive', 1_500), nothing, 'later'],
    ['that its removal is taken back', prospect('purge', 2_000), prospect('cancel', NOW), 'later'],
  ])('is %s', (_what, was, will, change) => {
    expect(classifyChange(was, will, NOW)).toBe(change);
  });
});
