import type { Blocker, RetentionDecision } from '#libs/retention';
import { planNextLook } from './plan-next-look.js';

const NOW = 90;
const blocker = (code: Blocker['code'], until: number | null): Blocker => ({ code, until, detail: '' });
const archive = (...blockers: Blocker[]): RetentionDecision => ({ action: 'archive', dueAt: 100, rule: 'r', blockers, losers: [] });

describe('the sweep looks again', () => {
  it.each<[string, RetentionDecision, number | null]>([
    ['at the deadline', archive(), 100],
    ['at the end of the longest blocker', archive(blocker('pairing', 150), blocker('disconnect-storm', 120)), 150],
    ['a minute later at what is being paired: nobody tells when that is stopped', archive(blocker('pairing', 600_000)), 60_090],
    ['at the deadline when every blocker ends before', archive(blocker('pairing', 50)), 100],
    ['not at all while nobody can say when a blocker ends', archive(blocker('pairing', 150), blocker('exempt-label', null)), null],
    ['at the deadline of what is only simulated', archive(blocker('mode-simulate', null)), 100],
    ['at the deadline of what the operator has stopped', archive(blocker('kill-switch', null)), 100],
    ['at the deadline while the clock is not trusted, so that an acknowledgement is enough', archive(blocker('clock-quarantine', 150)), 100],
    ['at the deadline of what is under a hold of the operator', archive(blocker('platform-hold', null)), 100],
  ])('%s', (_sentence, decision, at) => {
    expect(planNextLook(decision, NOW)).toEqual({ action: 'archive', at });
  });

  it('at once at what nobody was told about', () => {
    expect(planNextLook({ ...archive(blocker('notice', null)), action: 'purge' }, NOW)).toEqual({ action: 'purge', at: NOW });
  });

  it('at once at what is rescued', () => {
    expect(planNextLook({ ...archive(), action: 'cancel' }, NOW)).toEqual({ action: 'cancel', at: 100 });
  });

  it('never at what has no next step', () => {
    expect(planNextLook({ ...archive(), action: null }, NOW)).toEqual({ action: null, at: null });
  });
});
