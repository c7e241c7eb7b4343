/** How often and how long a request is repeated. */
export interface Patience {
  /** attempts after the first */
  retries: number;
  /** before the second attempt, in milliseconds; doubled each time */
  firstWaitMs: number;
  /** A server that asks for more than this is not waited for, in milliseconds. */
  longestWaitMs: number;
}

/** What became of an attempt: no answer at all, or one. */
export type Outcome = 'no-answer' | { status: number; code?: string | undefined; retryAfter: string | null };

/**
 * How long to wait before the next attempt, in milliseconds; null when this outcome stands.
 * Repeated are a lost connection, too many requests, a server that is not available, and a first request that is still at work.
 * @param chance between 0 and 1: spreads the attempts of many clients
 */
export function planRetry(outcome: Outcome, attempt: number, patience: Patience, chance: number): number | null {
  if (attempt > patience.retries || !isPassing(outcome)) return null;
  const asked = outcome === 'no-answer' ? null : secondsOf(outcome.retryAfter);
  if (asked !== null) return asked * 1_000 <= patience.longestWaitMs ? asked * 1_000 : null;
  const wait = patience.firstWaitMs * 2 ** (attempt - 1) * (0.5 + chance / 2);
  return Math.min(wait, patience.longestWaitMs);
}

function isPassing(outcome: Outcome): boolean {
  if (outcome === 'no-answer') return true;
  return [429, 503].includes(outcome.status) || outcome.code === 'idempotency-in-progress';
}

/** Tenure says seconds; a date, which HTTP allows too, is taken for nothing said. */
function secondsOf(header: string | null): number | null {
  return header !== null && /^\d+$/.test(header) ? Number(header) : null;
}
