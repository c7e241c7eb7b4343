import type { Blocker, BlockerCode, MessageDecision, RetentionDecision, RetentionStep } from '#libs/retention';

export interface NextLook {
  action: RetentionStep | null;
  /** Milliseconds since 1970; null: nothing happens until something changes. */
  at: number | null;
}

/** What stands before a whole tenant or the whole installation: the sweep leaves those rows alone, and their deadline stays readable. */
const SEEN_BY_THE_SWEEP: readonly BlockerCode[] = ['mode-simulate', 'kill-switch', 'clock-quarantine', 'platform-hold'];

/** Who stops a session that was pairing ends that without an event. */
const PAIRING_LOOK_MS = 60_000;

/**
 * What the schedule says about a decision: the next step, and when the sweep looks at the instance again. An end that nobody can say
 * means not at all: what ends such a blocker is an event, which decides again. A notice that is missing is given at once.
 */
export function planNextLook({ action, dueAt, blockers }: RetentionDecision, now: number): NextLook {
  if (action === null || dueAt === null) return { action: null, at: null };
  if (blockers.some(({ code, until }) => code === 'notice' && until === null)) return { action, at: now };
  const ends = blockers.filter(({ code }) => !SEEN_BY_THE_SWEEP.includes(code)).map((blocker) => lookAt(blocker, now));
  const at = Math.max(dueAt, ...ends);
  return { action, at: Number.isFinite(at) ? at : null };
}

const lookAt = ({ code, until }: Blocker, now: number): number => (code === 'pairing' ? Math.min(until ?? Infinity, now + PAIRING_LOOK_MS) : (until ?? Infinity));

/**
 * From when the sweep looks at content that is old enough (milliseconds since 1970); null: not until something changes. In a simulation nothing
 * goes, and whoever ends it decides on everything again.
 */
export function planContentLook({ notBefore, blockers }: MessageDecision): number | null {
  const ends = blockers.filter(({ code }) => code === 'mode-simulate' || !SEEN_BY_THE_SWEEP.includes(code)).map(({ until }) => until ?? Infinity);
  const from = Math.max(notBefore, ...ends);
  return Number.isFinite(from) ? from : null;
}
