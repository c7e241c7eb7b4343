import { Injectable } from '@nestjs/common';
import { Clock, Database, OnLifecycle, type Woken } from '#libs/platform';
import { PolicyVersions } from '#libs/retention';
import { RetentionRescansRepository } from './retention-rescans.repository.js';

/** A suspension stands before everything, and a resumption starts every clock anew: all instances of the tenant are decided again. */
@Injectable()
export class TenantSuspensions {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly versions: PolicyVersions,
    private readonly rescans: RetentionRescansRepository,
  ) {}

  @OnLifecycle(['tenant.suspended', 'tenant.resumed'], { queue: 'policy.rescan', collapse: true })
  async onTurn({ tenantId }: Woken<'tenant.suspended' | 'tenant.resumed'>): Promise<void> {
    await this.database.forTenant(tenantId, async (tx) => {
      const { version } = await this.versions.inForce(tx);
      await this.rescans.begin(tx, version, await this.clock.now(tx));
    });
  }
}
