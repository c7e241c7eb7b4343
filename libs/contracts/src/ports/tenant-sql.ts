import type { TenantId } from '../ids.js';

/** The SQL side of one transaction of one tenant; platform's `TenantTx` is the whole of it. */
export interface TenantSql {
  readonly tenantId: TenantId;
  $queryRaw<T = unknown>(query: TemplateStringsArray, ...values: unknown[]): Promise<T>;
  $executeRaw(query: TemplateStringsArray, ...values: unknown[]): Promise<number>;
}
