import type { TenantId } from '../ids.js';

/** The SQL side of one transaction of one tenant; platform's `TenantTx` is the whole of it. */
export interface TenantSql {
  readonly tenantId: TenantId;
  query<T = unknown>(query: TemplateStringsArray, ...values: unknown[]): Promise<T>;
  execute(query: TemplateStringsArray, ...values: unknown[]): Promise<number>;
}
