import { Injectable } from '@nestjs/common';
import { uuidOf } from '#libs/contracts';
import { Clock, type TenantTx } from '#libs/platform';
import { ApiKeysRepository } from './api-keys.repository.js';
import { TenantDeleted, TenantNotFound } from './tenants.errors.js';
import { type Tenant, TenantsRepository } from './tenants.repository.js';

export type Departing = Pick<Tenant, 'name' | 'version' | 'suspendedAt' | 'leavingSince'>;

/** A tenant that leaves: it is closed like a suspended one, and in the end its keys go, and its name. Whether that may happen, the caller has decided. */
@Injectable()
export class TenantDepartures {
  constructor(
    private readonly clock: Clock,
    private readonly tenants: TenantsRepository,
    private readonly keys: ApiKeysRepository,
  ) {}

  /** The one of this unit of work, and nobody changes it meanwhile. @throws TenantNotFound, TenantDeleted */
  async lock(tx: TenantTx): Promise<Departing> {
    const tenant = await this.tenants.lock(tx);
    if (!tenant) throw new TenantNotFound();
    if (tenant.deletedAt !== null) throw new TenantDeleted();
    return tenant;
  }

  /** @throws TenantNotFound */
  async require(tx: TenantTx): Promise<void> {
    if (!(await this.tenants.read(tx))) throw new TenantNotFound();
  }

  now(tx: TenantTx): Promise<Date> {
    return this.clock.now(tx);
  }

  /** Of a locked one. */
  async begin(tx: TenantTx, { suspendedAt }: Departing): Promise<{ at: Date; wasSuspended: boolean }> {
    const at = await this.clock.now(tx);
    await tx.execute`
      UPDATE tenants SET leaving_since = ${at}::timestamptz, suspended_at = COALESCE(suspended_at, ${at}::timestamptz), version = version + 1
      WHERE id = ${uuidOf(tx.tenantId)}::uuid`;
    return { at, wasSuspended: suspendedAt !== null };
  }

  /** Unless it was suspended before, its sessions come back and its clocks begin again. */
  async takeBack(tx: TenantTx, wasSuspended: boolean): Promise<void> {
    await tx.execute`UPDATE tenants SET leaving_since = NULL, version = version + 1 WHERE id = ${uuidOf(tx.tenantId)}::uuid`;
    if (!wasSuspended) await this.tenants.resume(tx, await this.clock.now(tx));
  }

  /** What is left is its id and its dates. Gives when. */
  async forget(tx: TenantTx): Promise<Date> {
    const at = await this.clock.now(tx);
    await this.keys.forget(tx);
    await tx.execute`
      UPDATE tenants SET name = NULL, quotas = '{}', deleted_at = ${at}::timestamptz, version = version + 1 WHERE id = ${uuidOf(tx.tenantId)}::uuid`;
    return at;
  }
}
