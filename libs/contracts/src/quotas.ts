/** How much a tenant may have or do. What the operator has not set for a tenant is the product's default. */
export interface Quotas {
  /** active and scheduled ones; the archived do not count */
  instances: number;
  /** keys of each environment that are neither revoked nor expired */
  apiKeys: number;
  /** of one key */
  requestsPerMinute: number;
}
export const QUOTA_NAMES = ['instances', 'apiKeys', 'requestsPerMinute'] as const satisfies (keyof Quotas)[];
