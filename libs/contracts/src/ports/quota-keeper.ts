import type { TenantSql } from './tenant-sql.js';

/** Says no when a tenant has as much as it may. Implemented by tenants; asked by whoever makes something that counts. */
export abstract class QuotaKeeper {
  /**
   * To be asked last in a unit of work that made or restored an instance: it counts what this transaction has made, too, and holds the
   * tenant's other creations until it ends. @throws a Problem: `quota-exceeded` (403)
   */
  abstract requireRoomForInstances(tx: TenantSql): Promise<void>;
}
