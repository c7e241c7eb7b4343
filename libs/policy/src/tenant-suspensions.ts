import { Injectable } from '@nestjs/common';
import { Database, OnLifecycle, type Woken } from '#libs/platform';
import { RescanRequests } from './rescan-requests.js';

/** A suspension stands before everything, and a resumption starts every clock anew: all instances of the tenant are decided again. */
@Injectable()
export class TenantSuspensions {
  constructor(
    private readonly database: Database,
    private readonly rescans: RescanRequests,
  ) {}

  @OnLifecycle(['tenant.suspended', 'tenant.resumed'], { queue: 'policy.rescan', collapse: true })
  async onTurn({ tenantId }: Woken<'tenant.suspended' | 'tenant.resumed'>): Promise<void> {
    await this.database.forTenant(tenantId, (tx) => this.rescans.add(tx));
  }
}
