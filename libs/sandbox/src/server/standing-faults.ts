import { setTimeout as sleep } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import type { TenantId } from '#libs/contracts';
import { TooManyFaults } from '../sandbox.errors.js';
import type { FaultKind } from './fault-kinds.js';

/** What a fault is beyond its kind; null for what its kind does not take. */
export interface FaultDetails {
  kind: FaultKind;
  /** null: every phone of the tenant */
  number: string | null;
  code: number | null;
  milliseconds: number | null;
}

export interface StandingFault extends FaultDetails {
  /** milliseconds of `performance.now()` */
  until: number;
}

const MOST_FAULTS = 1_000;
const LOOK_MS = 50;

/** Faults that last for a while. In memory only: a restart of the sandbox ends every one. At most one per tenant, kind and number. */
@Injectable()
export class StandingFaults {
  private readonly tenants = new Map<TenantId, StandingFault[]>();

  /** Starts now; a fault of the same kind and number is replaced. @throws TooManyFaults */
  begin(tenantId: TenantId, details: FaultDetails, seconds: number): void {
    const others = this.list(tenantId).filter(({ kind, number }) => kind !== details.kind || number !== details.number);
    if (others.length >= MOST_FAULTS) throw new TooManyFaults();
    this.tenants.set(tenantId, [...others, { ...details, until: performance.now() + seconds * 1000 }]);
  }

  /** The one that meets this phone now: one that is aimed at it before one for all. `number` null: who has not said who they are. */
  find(tenantId: TenantId, kind: FaultKind, number: string | null): StandingFault | null {
    // almost always there is none at all, and every stanza asks
    if (!this.tenants.has(tenantId)) return null;
    const met = this.list(tenantId).filter((fault) => fault.kind === kind && (fault.number === null || fault.number === number));
    return met.find((fault) => fault.number !== null) ?? met[0] ?? null;
  }

  /** Resolves when no such fault meets this phone any more. */
  async over(tenantId: TenantId, kind: FaultKind, number: string): Promise<void> {
    while (this.find(tenantId, kind, number)) await sleep(LOOK_MS, undefined, { ref: false });
  }

  list(tenantId: TenantId): StandingFault[] {
    return this.keep(tenantId, (this.tenants.get(tenantId) ?? []).filter(({ until }) => until > performance.now()));
  }

  /** Ends those that are of this kind and aimed at this number; undefined: whatever they are. Returns how many. */
  end(tenantId: TenantId, kind?: FaultKind, number?: string): number {
    const standing = this.list(tenantId);
    const ends = (fault: StandingFault) => (kind === undefined || fault.kind === kind) && (number === undefined || fault.number === number);
    return standing.length - this.keep(tenantId, standing.filter((fault) => !ends(fault))).length;
  }

  private keep(tenantId: TenantId, faults: StandingFault[]): StandingFault[] {
    if (faults.length > 0) this.tenants.set(tenantId, faults);
    else this.tenants.delete(tenantId);
    return faults;
  }
}

/** Whole seconds that a fault will still last, rounded up. */
export function secondsLeft({ until }: StandingFault): number {
  return Math.max(1, Math.ceil((until - performance.now()) / 1000));
}
