import { setImmediate as nextTurn } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { type DesiredState, type Environment, idFrom, type InstanceId, type Lifecycle, NIL_UUID, type Reason, type SettledState, uuidOf } from '#libs/contracts';
import type { TenantTx } from '#libs/platform';
import type { Labels } from './label-selector.js';
import { parseDuration } from './parse-duration.js';
import type { RetentionFacts, RetentionIntent } from './retention-facts.js';

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
  purge_intent: RetentionIntent | null;
  purge_cycle: number | null;
  lifecycle_since: Date;
  hold_released_at: Date | null;
  removals_last_24h: number | null;
  removals_free_at: Date | null;
  notice_delivered_at: Date | null;
  approvals: number | null;
  override_archive_after: string | null;
  override_purge_after: string | null;
  override_may_shorten: boolean | null;
  run_blocked: boolean;
  tenant_leaving: boolean;
  kill_switch: boolean;
  clock_awaits: boolean;
  clock_quarantined_until: Date | null;
}

/** Of a preview: what is looked at is thrown away while it is young, and asked for while the pages before are looked at. */
const PAGE = 500;
const AHEAD = 3;
const IDS = 10_000;

/** What decide() is given: explain, sweep and every act read this same row. */
@Injectable()
export class RetentionFactsRepository {
  /** Of all instances that are not gone, in pages in the order of their ids. Of one moment where the transaction is. */
  async *all(tx: TenantTx): AsyncGenerator<RetentionFacts[]> {
    const asked: Promise<RetentionFacts[]>[] = [];
    for await (const ids of this.idPages(tx)) {
      const page = this.read(tx, ids);
      page.catch(() => undefined); // whoever waits for it hears of it
      asked.push(page);
      if (asked.length < AHEAD) continue;
      // what was asked goes out now, and the database works while this page is looked at; others have their turn, too
      await nextTurn();
      yield await asked.shift()!;
    }
    for (const page of asked) yield await page;
  }

  /** Of these instances, in the order of their ids. What this transaction cannot see is missing. */
  of(tx: TenantTx, instanceIds: readonly InstanceId[]): Promise<RetentionFacts[]> {
    return this.read(tx, instanceIds.map(uuidOf));
  }

  private async read(tx: TenantTx, ids: readonly string[]): Promise<RetentionFacts[]> {
    // A clock behind its own mark is quarantined until it comes within 2 s of it.
    const rows = await tx.query<FactsRow[]>`
      SELECT f.instance_id, f.cycle, f.environment, f.name, f.labels, f.deletion_protection, f.desired_state, f.lifecycle, f.lifecycle_from,
             f.created_at, f.restored_at, f.cancelled_at, f.settled_state, f.settled_reason, f.settled_since, f.reason_at, f.pairing_since,
             f.storm_until, f.last_connected_at, f.last_activity_at, f.tenant_suspended_at, f.tenant_resumed_at,
             f.purge_intent, f.purge_cycle, f.lifecycle_since, f.hold_released_at, f.removals_last_24h, f.removals_free_at, f.notice_delivered_at, f.approvals,
             f.override_archive_after, f.override_purge_after, f.override_may_shorten, f.run_blocked, p.kill_switch, f.environment = ANY(p.clock_awaits) AS clock_awaits,
             EXISTS (SELECT 1 FROM tenants t WHERE t.id = ${uuidOf(tx.tenantId)}::uuid AND t.leaving_since IS NOT NULL) AS tenant_leaving,
             GREATEST(p.clock_quarantined_until,
                      CASE WHEN (SELECT tenure_now()) < p.clock_mark - interval '2 seconds' THEN p.clock_mark - interval '2 seconds' END) AS clock_quarantined_until
      FROM retention_facts f CROSS JOIN platform_state p
      WHERE f.tenant_id = ${uuidOf(tx.tenantId)}::uuid AND f.instance_id = ANY(${ids}::uuid[])
      ORDER BY f.instance_id`;
    return rows.map(toFacts);
  }

  private async *idPages(tx: TenantTx): AsyncGenerator<string[]> {
    let last: string | undefined = NIL_UUID;
    while (last !== undefined) {
      const ids: string[] = await this.idsAfter(tx, last);
      for (let at = 0; at < ids.length; at += PAGE) yield ids.slice(at, at + PAGE);
      last = ids.length < IDS ? undefined : ids.at(-1);
    }
  }

  private async idsAfter(tx: TenantTx, after: string): Promise<string[]> {
    const rows = await tx.query<{ id: string }[]>`
      SELECT id FROM instance_overview WHERE tenant_id = ${uuidOf(tx.tenantId)}::uuid AND lifecycle <> 'purged' AND id > ${after}::uuid ORDER BY id LIMIT ${IDS}`;
    return rows.map(({ id }) => id);
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
    tenantLeaving: row.tenant_leaving,
    tenantResumedAt: millis(row.tenant_resumed_at),
    schedule: scheduleOf(row),
    override: overrideOf(row),
    runBlocked: row.run_blocked,
    holdReleasedAt: millis(row.hold_released_at),
    removals: { last24h: row.removals_last_24h ?? 0, freesAt: millis(row.removals_free_at) },
    noticeDeliveredAt: millis(row.notice_delivered_at),
    approvals: row.approvals ?? 0,
    killSwitch: row.kill_switch,
    clockQuarantinedUntil: row.clock_awaits ? Infinity : millis(row.clock_quarantined_until),
  };
}

function scheduleOf({ purge_intent, purge_cycle, lifecycle_since }: FactsRow): RetentionFacts['schedule'] {
  return purge_intent === null || purge_cycle === null ? null : { at: lifecycle_since.getTime(), by: purge_intent, cycle: purge_cycle };
}

function overrideOf({ override_archive_after, override_purge_after, override_may_shorten }: FactsRow): RetentionFacts['override'] {
  if (override_may_shorten === null) return null;
  return { archiveAfter: length(override_archive_after), purgeAfter: length(override_purge_after), mayShorten: override_may_shorten };
}

const length = (duration: string | null): number | null => (duration === null ? null : parseDuration(duration));

function millis(instant: Date | null): number | null {
  return instant?.getTime() ?? null;
}
