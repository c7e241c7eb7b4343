import { Injectable } from '@nestjs/common';
import {
  type ConnectionState,
  type Environment,
  idFrom,
  type InstanceId,
  type Lifecycle,
  type NodeId,
  type Reason,
  type TenantId,
  uuidOf,
} from '#libs/contracts';
import { Database } from '#libs/platform';
import type { Losses } from './is-storm.js';

export interface FleetMember {
  tenantId: TenantId;
  instanceId: InstanceId;
}

/** Of one tenant and environment. `unmarked`: of the lost, those not yet known to belong to a storm. */
export interface TenantLosses extends Losses {
  tenantId: TenantId;
  unmarked: number;
}

export interface OwnedMember extends FleetMember {
  shouldRun: boolean;
  suspended: boolean;
  restartRequested: boolean;
}

/** How many instances are alike. */
export interface FleetCount {
  environment: Environment;
  lifecycle: Lifecycle;
  state: ConnectionState;
  reason: Reason | null;
  instances: number;
}

interface MemberRow {
  tenant_id: string;
  instance_id: string;
}

/** What a worker has to look at, of all tenants. It only reads: everything found here is decided again under the instance's lock. */
@Injectable()
export class FleetRepository {
  constructor(private readonly database: Database) {}

  /** Should run, is due, and nobody owns it; the longest due first. */
  async unowned(environments: Environment[], limit: number): Promise<FleetMember[]> {
    // the subselect is evaluated once; a volatile function in the condition would cost the index
    const rows = await this.database.acrossTenants('a worker serves all tenants', (tx) => tx.query<MemberRow[]>`
      SELECT q.tenant_id, q.instance_id
      FROM session_queue q JOIN tenants t ON t.id = q.tenant_id
      WHERE q.due_at <= (SELECT clock_timestamp()) AND q.environment = ANY(${environments}::text[]) AND t.suspended_at IS NULL
      ORDER BY q.due_at LIMIT ${limit}`);
    return rows.map(toMember);
  }

  async ownedBy(node: NodeId): Promise<OwnedMember[]> {
    const rows = await this.database.acrossTenants('a worker serves all tenants', (tx) => tx.query<(MemberRow & OwnedRow)[]>`
      SELECT tenant_id, instance_id, should_run, suspended, restart_requested FROM fleet_overview WHERE owner_node = ${uuidOf(node)}::uuid`);
    return rows.map((row) => ({ ...toMember(row), shouldRun: row.should_run, suspended: row.suspended, restartRequested: row.restart_requested }));
  }

  /**
   * Owned by a node that is gone or whose lease has lapsed. A lapse counts only once the database itself is older than a lease: until
   * then an owner may be alive and was unable to renew. Goes from owner to owner through their index, not through what they own.
   */
  async orphans(ttlMs: number, limit: number): Promise<FleetMember[]> {
    const rows = await this.database.acrossTenants('a worker serves all tenants', (tx) => tx.query<MemberRow[]>`
      WITH RECURSIVE owners AS (
        (SELECT owner_node AS id FROM connections WHERE owner_node IS NOT NULL ORDER BY owner_node LIMIT 1)
        UNION ALL
        SELECT (SELECT owner_node FROM connections WHERE owner_node > owners.id ORDER BY owner_node LIMIT 1) FROM owners WHERE owners.id IS NOT NULL)
      SELECT orphan.tenant_id, orphan.instance_id
      FROM owners CROSS JOIN LATERAL (SELECT tenant_id, instance_id FROM connections WHERE owner_node = owners.id LIMIT ${limit}) AS orphan
      WHERE owners.id IS NOT NULL AND NOT EXISTS (
        SELECT 1 FROM nodes n WHERE n.id = owners.id
          AND greatest(n.lease_until, pg_postmaster_start_time() + ${ttlMs}::double precision * interval '1 millisecond') > clock_timestamp())
      LIMIT ${limit}`);
    return rows.map(toMember);
  }

  /** Nothing when nobody was lost lately: that is all an ordinary look costs. What people or the platform stopped is not lost. */
  async losses(environment: Environment): Promise<TenantLosses[]> {
    const rows = await this.database.acrossTenants('a storm may be one of the whole platform', (tx) => tx.query<LossesRow[]>`
      WITH lost AS MATERIALIZED (
        SELECT c.tenant_id, c.storm_until FROM connections c JOIN instance_heads h ON h.tenant_id = c.tenant_id AND h.instance_id = c.instance_id
        WHERE c.settled_state = 'disconnected' AND c.settled_since > tenure_now() - interval '5 minutes'
          AND c.settled_reason NOT IN ('user_stopped', 'platform_stopped', 'unknown') AND h.environment = ${environment}),
      held AS (
        SELECT c.tenant_id, count(*)::int AS connected FROM connections c JOIN instance_heads h ON h.tenant_id = c.tenant_id AND h.instance_id = c.instance_id
        WHERE c.settled_state = 'connected' AND h.environment = ${environment} AND EXISTS (SELECT 1 FROM lost WHERE storm_until IS NULL)
        GROUP BY c.tenant_id)
      SELECT tenant_id, COALESCE(connected, 0) AS connected, COALESCE(gone.lost, 0) AS lost, COALESCE(gone.unmarked, 0) AS unmarked
      FROM held FULL JOIN (
        SELECT tenant_id, count(*)::int AS lost, count(*) FILTER (WHERE storm_until IS NULL)::int AS unmarked FROM lost GROUP BY tenant_id) AS gone USING (tenant_id)`);
    return rows.map(({ tenant_id, ...counts }) => ({ tenantId: idFrom('ten', tenant_id), ...counts }));
  }

  /** Reads the whole fleet: not for every second. */
  counts(): Promise<FleetCount[]> {
    return this.database.acrossTenants('how many there are of each kind, whosever they are', (tx) => tx.query<FleetCount[]>`
      SELECT environment, lifecycle, connection_state AS state, connection_reason AS reason, instances FROM fleet_counts`);
  }
}

interface LossesRow {
  tenant_id: string;
  connected: number;
  lost: number;
  unmarked: number;
}

interface OwnedRow {
  should_run: boolean;
  suspended: boolean;
  restart_requested: boolean;
}

const toMember = (row: MemberRow): FleetMember => ({ tenantId: idFrom('ten', row.tenant_id), instanceId: idFrom('ins', row.instance_id) });
