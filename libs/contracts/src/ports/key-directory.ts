import type { Caller, Operator } from '../caller.js';
import type { RequestId } from '../ids.js';

/** Who a bearer key belongs to. Implemented by tenants, asked by the guard of every route. */
export abstract class KeyDirectory {
  /** Null for a key that is wrong, expired, revoked or unknown: the guard answers all of them alike. */
  abstract authenticate(key: string, requestId: RequestId): Promise<Caller | Operator | null>;
}
