import { Injectable } from '@nestjs/common';
import type { TenantTx } from '#libs/platform';
import { TenantRulesRepository } from '#libs/retention';
import { TenantDepartures } from '#libs/tenants';
import { PolicyPreviewsRepository } from '../preview/policy-previews.repository.js';
import { RetentionRescansRepository } from '../retention-rescans.repository.js';

/** The end of a tenant whose instances are gone. What stays says what was removed, when and by which decision, and nothing about anybody. */
@Injectable()
export class TenantForgetting {
  constructor(
    private readonly departures: TenantDepartures,
    private readonly rules: TenantRulesRepository,
    private readonly previews: PolicyPreviewsRepository,
    private readonly rescans: RetentionRescansRepository,
  ) {}

  /** Gives when. */
  async forget(tx: TenantTx): Promise<Date> {
    await this.departures.lock(tx);
    await this.previews.forget(tx);
    await this.rescans.forget(tx);
    await this.rules.forget(tx);
    return this.departures.forget(tx);
  }
}
