import { QUOTA_NAMES, type Quotas } from '#libs/contracts';

/** What the operator has set for a tenant. */
export type QuotaOverrides = Partial<Quotas>;
/** A change of it; null goes back to the default. */
export type QuotaPatch = { [N in keyof Quotas]?: Quotas[N] | null };

const DEFAULTS: Omit<Quotas, 'requestsPerMinute'> = { instances: 1_000, apiKeys: 50 };

/** What holds for a tenant: what was set for it, else the defaults. */
export function quotasOf(overrides: QuotaOverrides, requestsPerMinute: number): Quotas {
  return { ...DEFAULTS, requestsPerMinute, ...overrides };
}

export function patchQuotas(overrides: QuotaOverrides, patch: QuotaPatch): QuotaOverrides {
  const merged = { ...overrides, ...patch };
  return Object.fromEntries(QUOTA_NAMES.filter((name) => merged[name] != null).map((name) => [name, merged[name]]));
}
