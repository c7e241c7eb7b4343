import { Injectable } from '@nestjs/common';
import { type ConnectionState, type Environment, idFrom, type InstanceId, type Lifecycle, NIL_UUID, type NodeId, type Reason, type TenantId, uuidOf } from '#libs/contracts';
import { Database } from '#libs/platform';
import type { Held } from './fair-share.js';
import { CALM, type Losses } from './is-storm.js';

export interface FleetMember {
  tenantId: TenantId;
  instanceId: InstanceId;
}

/** That its owner has to look at. `logsOut`: it shall leave the WhatsApp account before it ends. */
export interface CalledMember extends FleetMember {
  logsOut: boolean;
}

/** Of one tenant and environment. `unmarked`: of the lost, those not yet known to belong to a storm. */
export interface TenantLosses extends Losses {
  tenantId: TenantId;
  unmarked: number;
}

/** Of what is due. */
export interface DueMember extends FleetMember {
  environment: Environment;
}

/** That should run and nobody owns. */
export interface Waiting {
  /** whenever they may be opened */
  all: Held;
  /** that may be opened now */
  due: Held;
  /** how long the first of these has been due; 0 when there is none */
  longestSeconds: number;
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
  async due(environments: readonly Environment[], limit: number): Promise<DueMember[]> {
    // the subselect is evaluated once; a volatile function in the condition would cost the index
    const rows = await this.database.readAcrossTenants('a worker serves all tenants', (tx) => tx.query<(MemberRow & { environment: Environment })[]>`
      SELECT first.tenant_id, first.instance_id, e.environment
      FROM unnest(${environments}::text[]) AS e (environment) CROSS JOIN LATERAL (
        SELECT q.tenant_id, q.instance_id, q.due_at FROM session_queue q JOIN tenants t ON t.id = q.tenant_id
        WHERE q.environment = e.environment AND q.due_at <= (SELECT clock_timestamp()) AND t.suspended_at IS NULL
        ORDER BY q.due_at LIMIT ${limit}) AS first
      ORDER BY first.due_at LIMIT ${limit}`);
    return rows.map((row) => ({ ...toMember(row), environment: row.environment }));
  }

  /** In how many ms the next one is due; null when none waits for its time. */
  async nextDueInMs(environments: readonly Environment[]): Promise<number | null> {
    const [row] = await this.database.readAcrossTenants('a worker serves all tenants', (tx) => tx.query<{ ms: number | null }[]>`
      SELECT (extract(epoch FROM min(next.due_at) - clock_timestamp()) * 1000)::float8 AS ms
      FROM unnest(${environments}::text[]) AS e (environment) CROSS JOIN LATERAL (
        SELECT q.due_at FROM session_queue q WHERE q.environment = e.environment AND q.due_at > (SELECT clock_timestamp()) ORDER BY q.due_at LIMIT 1) AS next`);
    return row?.ms ?? null;
  }

  /** Reads all that waits, which is little unless much is to be done: not for every second when it takes its time. */
  async waiting(): Promise<Waiting> {
    const rows = await this.database.readAcrossTenants('a worker serves all tenants', (tx) => tx.query<WaitingRow[]>`
      SELECT q.environment, count(*)::int AS waiting, count(*) FILTER (WHERE q.due_at <= clock_timestamp())::int AS due,
             extract(epoch FROM clock_timestamp() - min(q.due_at) FILTER (WHERE q.due_at > '-infinity'))::float8 AS seconds
      FROM session_queue q JOIN tenants t ON t.id = q.tenant_id WHERE t.suspended_at IS NULL GROUP BY q.environment`);
    const of = (environment: Environment, what: 'waiting' | 'due') => rows.find((row) => row.environment === environment)?.[what] ?? 0;
    const held = (what: 'waiting' | 'due') => ({ live: of('live', what), test: of('test', what) });
    return { all: held('waiting'), due: held('due'), longestSeconds: Math.max(0, ...rows.map(({ seconds }) => seconds ?? 0)) };
  }

  /** Those of a node that it has to look at; however many it owns. */
  async called(node: NodeId): Promise<CalledMember[]> {
    const rows = await this.database.readAcrossTenants('a worker serves all tenants', (tx) => tx.query<(MemberRow & { logout_requested: boolean })[]>`
      SELECT tenant_id, instance_id, logout_requested FROM connections WHERE owner_node = ${uuidOf(node)}::uuid AND (unwanted OR restart_requested)
      UNION ALL
      SELECT c.tenant_id, c.instance_id, false FROM tenants t JOIN connections c ON c.owner_node = ${uuidOf(node)}::uuid AND c.tenant_id = t.id
      WHERE t.suspended_at IS NOT NULL`);
    return rows.map((row) => ({ ...toMember(row), logsOut: row.logout_requested }));
  }

  /** That WhatsApp refused as outdated and that wait for longer than this. */
  async rejected(longerThanMs: number, limit: number): Promise<FleetMember[]> {
    const rows = await this.database.readAcrossTenants('a worker serves all tenants', (tx) => tx.query<MemberRow[]>`
      SELECT tenant_id, instance_id FROM connections
      WHERE last_close_code = 405 AND owner_node IS NULL AND retry_at > clock_timestamp() + ${longerThanMs}::double precision * interval '1 millisecond'
      ORDER BY retry_at LIMIT ${limit}`);
    return rows.map(toMember);
  }

  /** A page of what a node owns, after this one (null: from the beginning). */
  async owned(node: NodeId, after: FleetMember | null, limit: number): Promise<FleetMember[]> {
    const [tenant, instance] = after ? [uuidOf(after.tenantId), uuidOf(after.instanceId)] : [NIL_UUID, NIL_UUID];
    const rows = await this.database.readAcrossTenants('a worker serves all tenants', (tx) => tx.query<MemberRow[]>`
      SELECT tenant_id, instance_id FROM connections
      WHERE owner_node = ${uuidOf(node)}::uuid AND (tenant_id, instance_id) > (${tenant}::uuid, ${instance}::uuid)
      ORDER BY tenant_id, instance_id LIMIT ${limit}`);
    return rows.map(toMember);
  }

  /** Which of these a node owns. */
  async ownedOf(node: NodeId, members: readonly FleetMember[]): Promise<FleetMember[]> {
    const [tenants, instances] = [members.map(({ tenantId }) => uuidOf(tenantId)), members.map(({ instanceId }) => uuidOf(instanceId))];
    const rows = await this.database.readAcrossTenants('a worker serves all tenants', (tx) => tx.query<MemberRow[]>`
      SELECT c.tenant_id, c.instance_id FROM unnest(${tenants}::uuid[], ${instances}::uuid[]) AS m (tenant_id, instance_id)
      JOIN connections c USING (tenant_id, instance_id) WHERE c.owner_node = ${uuidOf(node)}::uuid`);
    return rows.map(toMember);
  }

  /**
   * Owned by a node that is gone or whose lease has lapsed. A lapse counts only once the database itself is older than a lease: until
   * then an owner may be alive and was unable to renew. Goes from owner to owner through their index, not through what they own.
   */
  async orphans(ttlMs: number, limit: number): Promise<FleetMember[]> {
    const rows = await this.database.readAcrossTenants('a worker serves all tenants', (tx) => tx.query<MemberRow[]>`
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

  /**
   * Who lost instances lately; what people or the platform stopped is not lost. Those that hold are counted only as far as it matters for a storm,
   * so a look costs what was lost, and nothing when all of that is marked.
   */
  async losses(environment: Environment): Promise<TenantLosses[]> {
    // in this order and one by one: the server guesses that a third of the disconnected are among the last, and would rather read all there are
    const rows = await this.database.readAcrossTenants('a storm may be one of the whole platform', (tx) => tx.query<LossesRow[]>`
      WITH lost AS MATERIALIZED (
        SELECT c.tenant_id, c.storm_until FROM (
          SELECT tenant_id, instance_id, settled_reason, storm_until FROM connections
          WHERE settled_state = 'disconnected' AND settled_since > (SELECT tenure_now()) - interval '5 minutes'
          ORDER BY settled_since DESC LIMIT ${MOST_LOST}::int) AS c
        WHERE c.settled_reason NOT IN ('user_stopped', 'platform_stopped', 'unknown')
          AND (SELECT h.environment FROM instance_heads h WHERE h.tenant_id = c.tenant_id AND h.instance_id = c.instance_id) = ${environment}),
      gone AS (SELECT tenant_id, count(*)::int AS lost, count(*) FILTER (WHERE storm_until IS NULL)::int AS unmarked FROM lost GROUP BY tenant_id)
      SELECT gone.tenant_id, gone.lost, gone.unmarked, (
        SELECT count(*)::int FROM (
          SELECT 1 FROM connections c WHERE c.tenant_id = gone.tenant_id AND c.settled_state = 'connected'
            AND (SELECT h.environment FROM instance_heads h WHERE h.tenant_id = c.tenant_id AND h.instance_id = c.instance_id) = ${environment}
          LIMIT gone.lost * ${CALM}::int) AS counted) AS connected
      FROM gone WHERE EXISTS (SELECT 1 FROM lost WHERE storm_until IS NULL)`);
    return rows.map(({ tenant_id, ...counts }) => ({ tenantId: idFrom('ten', tenant_id), ...counts }));
  }

  /** How many hold on the whole platform; counted up to `most`. */
  async holding(environment: Environment, most: number): Promise<number> {
    const [row] = await this.database.readAcrossTenants('a storm may be one of the whole platform', (tx) => tx.query<{ n: number }[]>`
      SELECT count(*)::int AS n FROM (
        SELECT 1 FROM connections c WHERE c.settled_state = 'connected'
          AND (SELECT h.environment FROM instance_heads h WHERE h.tenant_id = c.tenant_id AND h.instance_id = c.instance_id) = ${environment}
        LIMIT ${most}::int) AS counted`);
    return row!.n;
  }

  /** Reads the whole fleet: not for every second. */
  counts(): Promise<FleetCount[]> {
    return this.database.readAcrossTenants('how many there are of each kind, whosever they are', (tx) => tx.query<FleetCount[]>`
      SELECT environment, lifecycle, connection_state AS state, connection_reason AS reason, instances FROM fleet_counts`);
  }
}

interface LossesRow {
  tenant_id: string;
  connected: number;
  lost: number;
  unmarked: number;
}

interface WaitingRow {
  environment: Environment;
  waiting: number;
  due: number;
  seconds: number | null;
}

/** More at once are a storm whoever counts them. */
const MOST_LOST = 20_000;
/** Before every id there is. */
const toMember = (row: MemberRow): FleetMember => ({ tenantId: idFrom('ten', row.tenant_id), instanceId: idFrom('ins', row.instance_id) });
