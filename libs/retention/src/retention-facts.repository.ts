import { Injectable } from '@nestjs/common';
import { type DesiredState, type Environment, idFrom, type InstanceId, type Lifecycle, type Reason, type SettledState, uuidOf } from '#libs/contracts';
import type { TenantTx } from '#libs/platform';
import type { Labels } from './label-selector.js';
import type { RetentionFacts } from './retention-facts.js';

interface FactsRow {
  instance_id: string;
  cycle: number;
  environment: Environment;
  name: string | null;
  labels: Labels;
  deletion_protection: boolean;
  desired_state: DesiredState;
  lifecycle: Lifecycle;
  lifecycle_from: 'active' | 'archived' | null;
  created_at: Date;
  restored_at: Date | null;
  cancelled_at: Date | null;
  settled_state: SettledState;
  settled_reason: Reason | null;
  settled_since: Date;
  reason_at: Date | null;
  pairing_since: Date | null;
  storm_until: Date | null;
  last_connected_at: Date | null;
  last_activity_at: Date | null;
  tenant_suspended_at: Date | null;
  tenant_resumed_at: Date | null;
  kill_switch: boolean;
  clock_quarantined_until: Date | null;
}

/** Of a preview: small enough to be held twice, large enough that asking costs little. */
const PAGE = 2_000;
const NO_UUID = '00000000-0000-0000-0000-000000000000';

/** What decide() is given: explain, sweep and every act read this same row. */
@Injectable()
export class RetentionFactsRepository {
  /** Of all instances that are not gone, in pages in the order of their ids. Of one moment where the transaction is. */
  async *all(tx: TenantTx): AsyncGenerator<RetentionFacts[]> {
    let page = this.pageAfter(tx, NO_UUID);
    for (;;) {
      const { facts, last } = await page;
      // asked for before this one is looked at: the database works meanwhile
      page = last === null ? page : this.pageAfter(tx, last);
      page.catch(() => undefined);
      yield facts;
      if (last === null) return;
    }
  }

  /** Of these instances, in no order. What this transaction cannot see is missing. */
  of(tx: TenantTx, instanceIds: readonly InstanceId[]): Promise<RetentionFacts[]> {
    return this.read(tx, instanceIds.map(uuidOf));
  }

  private async read(tx: TenantTx, ids: readonly string[]): Promise<RetentionFacts[]> {
    // A clock behind its own mark is quarantined until it comes within 2 s of it.
    const rows = await tx.query<FactsRow[]>`
      SELECT f.instance_id, f.cycle, f.environment, f.name, f.labels, f.deletion_protection, f.desired_state, f.lifecycle, f.lifecycle_from,
             f.created_at, f.restored_at, f.cancelled_at, f.settled_state, f.settled_reason, f.settled_since, f.reason_at, f.pairing_since,
             f.storm_until, f.last_connected_at, f.last_activity_at, f.tenant_suspended_at, f.tenant_resumed_at, p.kill_switch,
             GREATEST(p.clock_quarantined_until,
                      CASE WHEN (SELECT tenure_now()) < p.clock_mark - interval '2 seconds' THEN p.clock_mark - interval '2 seconds' END) AS clock_quarantined_until
      FROM retention_facts f CROSS JOIN platform_state p
      WHERE f.tenant_id = ${uuidOf(tx.tenantId)}::uuid AND f.instance_id = ANY(${ids}::uuid[])`;
    return rows.map(toFacts);
  }

  /** `last`: the uuid to go on from; null on the last page. */
  private async pageAfter(tx: TenantTx, after: string): Promise<{ facts: RetentionFacts[]; last: string | null }> {
    const rows = await tx.query<{ id: string }[]>`
      SELECT id FROM instance_overview WHERE tenant_id = ${uuidOf(tx.tenantId)}::uuid AND lifecycle <> 'purged' AND id > ${after}::uuid ORDER BY id LIMIT ${PAGE}`;
    const facts = await this.read(tx, rows.map(({ id }) => id));
    return { facts: facts.sort((a, b) => (a.instanceId < b.instanceId ? -1 : 1)), last: rows.length < PAGE ? null : rows.at(-1)!.id };
  }
}

function toFacts(row: FactsRow): RetentionFacts {
  return {
    instanceId: idFrom('ins', row.instance_id),
    environment: row.environment,
    name: row.name ?? '',
    labels: row.labels,
    createdAt: row.created_at.getTime(),
    deletionProtection: row.deletion_protection,
    cycle: row.cycle,
    desiredState: row.desired_state,
    lifecycle: row.lifecycle,
    lifecycleFrom: row.lifecycle_from,
    restoredAt: millis(row.restored_at),
    cancelledAt: millis(row.cancelled_at),
    settledState: row.settled_state,
    settledReason: row.settled_reason,
    settledSince: row.settled_since.getTime(),
    reasonAt: millis(row.reason_at),
    pairingSince: millis(row.pairing_since),
    stormUntil: millis(row.storm_until),
    lastConnectedAt: millis(row.last_connected_at),
    lastActivityAt: millis(row.last_activity_at),
    tenantSuspended: row.tenant_suspended_at !== null,
    tenantResumedAt: millis(row.tenant_resumed_at),
    killSwitch: row.kill_switch,
    clockQuarantinedUntil: millis(row.clock_quarantined_until),
    ...NOT_KEPT_YET,
  };
}

/** Of removals, which nothing schedules yet. */
const NOT_KEPT_YET = {
  schedule: null,
  holdReleasedAt: null,
  override: null,
  noticeDeliveredAt: null,
  approvals: 0,
  removals: { last24h: 0, freesAt: null },
  runBlocked: false,
};

function millis(instant: Date | null): number | null {
  return instant?.getTime() ?? null;
}
