import { Injectable } from '@nestjs/common';
import { type Caller, isId, type Principal, type TenantId } from '#libs/contracts';
import { Database, Forbidden, InvalidRequest, type TenantTx } from '#libs/platform';
import { TenantDeleted, TenantNotFound } from './tenants.errors.js';
import { TenantsRepository } from './tenants.repository.js';

/** Whose keys a request is about: a tenant's key works on its own tenant, the operator has to name one. */
@Injectable()
export class NamedTenant {
  constructor(
    private readonly database: Database,
    private readonly tenants: TenantsRepository,
  ) {}

  /** @throws Forbidden, InvalidRequest, TenantNotFound, TenantDeleted */
  async of(principal: Principal, named: string | undefined): Promise<TenantId> {
    if (principal.kind === 'tenant') return ownTenant(principal, named);
    if (named === undefined) throw new InvalidRequest([{ pointer: '/tenantId', detail: 'the operator must name the tenant' }]);
    if (!isId('ten', named)) throw new InvalidRequest([{ pointer: '/tenantId', detail: 'is not the id of a tenant' }]);
    const tenant = await this.tenants.find(named);
    if (!tenant) throw new TenantNotFound();
    if (tenant.deletedAt !== null) throw new TenantDeleted();
    return named;
  }

  /** A tenant's key sees the keys of its own environment, the operator all of a tenant's. */
  read<T>(principal: Principal, tenantId: TenantId, work: (tx: TenantTx) => Promise<T>): Promise<T> {
    return principal.kind === 'tenant' ? this.database.forCaller(principal, work) : this.database.forTenant(tenantId, work);
  }
}

function ownTenant(caller: Caller, named: string | undefined): TenantId {
  if (named !== undefined && named !== caller.tenantId) throw new Forbidden('A key makes keys of its own tenant only.');
  return caller.tenantId;
}
