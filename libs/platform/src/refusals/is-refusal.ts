import type { ProblemDoc } from '../http/problem.js';

/** It may not be done, not as it is, not by this key, or there is no such thing. */
const REFUSED = new Set([403, 404, 405, 409, 412, 428]);
const UNPROCESSABLE = 422;

/**
 * Whether a problem says that somebody was kept from something. A request that has no right form was not understood, so nothing was attempted;
 * once its unit of work has begun it was, and a 422 is a wrong name or token. What an idempotency key is answered with is about its first request.
 */
export function isRefusal({ status, code }: Pick<ProblemDoc, 'status' | 'code'>, begun: boolean): boolean {
  if (code.startsWith('idempotency-')) return false;
  return REFUSED.has(status) || (status === UNPROCESSABLE && begun);
}
