import { Injectable } from '@nestjs/common';
import type { TenantId } from '#libs/contracts';

/** Faults that last for a while and meet whoever connects meanwhile. */
export const STANDING_FAULTS = ['upgrade_503', 'login_503', 'stale_version', 'banned', 'temporary_ban', 'blackhole'] as const;
export type StandingFault = (typeof STANDING_FAULTS)[number];

interface Standing {
  kind: StandingFault;
  /** null: every phone of the tenant */
  number: string | null;
  /** milliseconds of `performance.now()` */
  until: number;
}

/** In memory only: a restart of the sandbox ends every fault. At most one per tenant, kind and number. */
@Injectable()
export class StandingFaults {
  private readonly tenants = new Map<TenantId, Standing[]>();

  /** Starts now; a fault of the same kind and number is replaced. */
  begin(tenantId: TenantId, kind: StandingFault, number: string | null, seconds: number): void {
    const others = this.current(tenantId).filter((fault) => fault.kind !== kind || fault.number !== number);
    this.tenants.set(tenantId, [...others, { kind, number, until: performance.now() + seconds * 1000 }]);
  }

  /** Whole seconds, rounded up, that the fault will still last for this phone; null when there is none. */
  remaining(tenantId: TenantId, kind: StandingFault, number: string | null): number | null {
    const faults = this.current(tenantId).filter((fault) => fault.kind === kind && (fault.number === null || fault.number === number));
    if (faults.length === 0) return null;
    return Math.ceil((Math.max(...faults.map(({ until }) => until)) - performance.now()) / 1000);
  }

  private current(tenantId: TenantId): Standing[] {
    const faults = (this.tenants.get(tenantId) ?? []).filter(({ until }) => until > performance.now());
    if (faults.length > 0) this.tenants.set(tenantId, faults);
    else this.tenants.delete(tenantId);
    return faults;
  }
}
