import { Injectable } from '@nestjs/common';
import { type Environment, QuotaKeeper, type Quotas, uuidOf } from '#libs/contracts';
import { HttpSettings, type TenantTx } from '#libs/platform';
import { ApiKeysRepository } from './api-keys.repository.js';
import { type QuotaOverrides, quotasOf } from './tenant-quotas.js';
import { QuotaExceeded, TenantNotFound } from './tenants.errors.js';
import { TenantsRepository } from './tenants.repository.js';

export interface Usage {
  quotas: Quotas;
  used: { instances: number; apiKeys: number };
}

/** While a key is replaced, both work. */
const WHILE_ROTATING = 2;

/** What a tenant has of what it may have. */
@Injectable()
export class TenantQuotaKeeper extends QuotaKeeper {
  constructor(
    private readonly tenants: TenantsRepository,
    private readonly apiKeys: ApiKeysRepository,
    private readonly settings: HttpSettings,
  ) {
    super();
  }

  /** Instances are counted at the commit; here it is done at once, and the tenant's row of usage stays locked until then. */
  async requireRoomForInstances(tx: TenantTx): Promise<void> {
    const counted = tx.execute`SET CONSTRAINTS instances_usage IMMEDIATE`;
    const usage = tx.query<{ quotas: QuotaOverrides; used: number }[]>`
      SELECT t.quotas, u.used FROM tenants t JOIN tenant_usage u ON u.tenant_id = t.id
      WHERE t.id = ${uuidOf(tx.tenantId)}::uuid AND u.resource = 'instances'`;
    const [[row]] = await Promise.all([usage, counted]);
    const { instances } = this.quotas(row?.quotas ?? {});
    if (row && row.used > instances) throw new QuotaExceeded('instances', instances);
  }

  /** To be asked before a key is made: the tenant's row stays locked, so no other is made meanwhile. @throws TenantNotFound, QuotaExceeded */
  requireRoomForApiKey(tx: TenantTx, environment: Environment): Promise<void> {
    return this.requireFewerKeys(tx, environment, 1);
  }

  /** A tenant that has as many as it may can rotate them all. @throws TenantNotFound, QuotaExceeded */
  requireRoomForRotation(tx: TenantTx, environment: Environment): Promise<void> {
    return this.requireFewerKeys(tx, environment, WHILE_ROTATING);
  }

  async usage(tx: TenantTx, environment: Environment): Promise<Usage> {
    const [row] = await tx.query<{ quotas: QuotaOverrides; used: number | null }[]>`
      SELECT t.quotas, u.used FROM tenants t LEFT JOIN tenant_usage u ON u.tenant_id = t.id AND u.resource = 'instances'
      WHERE t.id = ${uuidOf(tx.tenantId)}::uuid`;
    return { quotas: this.quotas(row?.quotas ?? {}), used: { instances: row?.used ?? 0, apiKeys: await this.apiKeys.countLive(tx, environment) } };
  }

  private async requireFewerKeys(tx: TenantTx, environment: Environment, times: number): Promise<void> {
    const tenant = await this.tenants.lock(tx);
    if (!tenant) throw new TenantNotFound();
    const limit = this.quotas(tenant.quotas).apiKeys * times;
    if ((await this.apiKeys.countLive(tx, environment)) >= limit) throw new QuotaExceeded('apiKeys', limit);
  }

  private quotas(overrides: QuotaOverrides): Quotas {
    return quotasOf(overrides, this.settings.requestsPerMinute);
  }
}
