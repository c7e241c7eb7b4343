import type { Principal } from '../caller.js';
import type { RequestId } from '../ids.js';

/** Who a key belongs to, and what holds for it beside its scopes. */
export interface KeyHolder {
  principal: Principal;
  /** null: the default of every key */
  requestsPerMinute: number | null;
  /** its tenant is suspended: it only reads */
  suspended: boolean;
}

/** Who a bearer key belongs to. Implemented by tenants, asked by the guard of every route. */
export abstract class KeyDirectory {
  /** Null for a key that is wrong, expired, revoked or unknown: the guard answers all of them alike. */
  abstract authenticate(key: string, requestId: RequestId): Promise<KeyHolder | null>;
}
