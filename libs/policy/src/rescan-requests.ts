import { Injectable } from '@nestjs/common';
import { Clock, type TenantTx } from '#libs/platform';
import { PolicyVersions } from '#libs/retention';
import { RetentionRescansRepository } from './retention-rescans.repository.js';

/** Asks for every instance of a tenant to be decided again. */
@Injectable()
export class RescanRequests {
  constructor(
    private readonly clock: Clock,
    private readonly versions: PolicyVersions,
    private readonly rescans: RetentionRescansRepository,
  ) {}

  async add(tx: TenantTx): Promise<void> {
    const { version } = await this.versions.inForce(tx);
    await this.rescans.begin(tx, version, await this.clock.now(tx));
  }
}
