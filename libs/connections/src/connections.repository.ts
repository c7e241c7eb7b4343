import { Injectable } from '@nestjs/common';
import {
  type ConnectionState,
  type DesiredState,
  type Environment,
  idFrom,
  type InstanceId,
  type Lifecycle,
  type NodeId,
  type Reason,
  type SettledState,
  type TenantSql,
  uuidOf,
} from '#libs/contracts';
import { lockFreeInstances, lockInstance, type TenantTx } from '#libs/platform';
import type { ConnectionFacts } from './next-connection-state.js';

/** A connection under the instance's lock, with what decides whether it should have a socket. */
export interface LockedConnection {
  /** `tenure_now()` of this transaction */
  now: Date;
  /** of the instance's newest journal entry */
  seq: number;
  environment: Environment;
  shouldRun: boolean;
  suspended: boolean;
  archived: boolean;
  facts: ConnectionFacts;
  ownerNode: NodeId | null;
  /** a live lease stands behind the owner */
  ownerAlive: boolean;
  /** logins in a row that failed */
  attempts: number;
  /** connections in a row that did not last */
  flaps: number;
  haltedSeq: number | null;
  /** no `retry_at`, or it has passed */
  due: boolean;
  /** of the account it was last paired with */
  phoneNumber: string | null;
  /** the next pairing may be with another number */
  otherNumberAllowed: boolean;
}

/** Why a pairing linked nothing. */
export type PairingOutcome = 'expired' | 'other_number';

/** How a socket ended, of a connection or of an attempt. */
export interface LastClose {
  reason: Reason;
  /** WhatsApp's status; null when there was none */
  code: number | null;
}

/** Ownership and the next attempt; what is absent stays. */
export interface ConnectionPatch {
  ownerNode?: NodeId | null;
  attempts?: number;
  flaps?: number;
  haltedSeq?: number | null;
  /** from now, in real time; null: at any time */
  retryInMs?: number | null;
  restartRequested?: boolean;
  lastClose?: LastClose;
  pairingOutcome?: PairingOutcome | null;
  otherNumberAllowed?: boolean;
}

interface LockedRow {
  instance_id: string;
  now: Date;
  environment: Environment;
  desired_state: DesiredState;
  lifecycle: Lifecycle;
  suspended: boolean;
  connection_state: ConnectionState;
  since: Date;
  settled_state: SettledState;
  settled_reason: Reason | null;
  settled_since: Date;
  reason_at: Date | null;
  pairing_since: Date | null;
  trying_since: Date | null;
  owner_node: string | null;
  owner_alive: boolean;
  attempts: number | null;
  flaps: number | null;
  halted_seq: bigint | null;
  due: boolean;
  phone_number: string | null;
  other_number_allowed: boolean | null;
}

/** The table `connections`. */
@Injectable()
export class ConnectionsRepository {
  /** Locks the instance and reads. @throws InstanceNotFound */
  async lock(tx: TenantTx, instanceId: InstanceId): Promise<LockedConnection> {
    const { seq } = await lockInstance(tx, instanceId);
    const [row] = await this.readLocked(tx, [instanceId]);
    return { ...toLocked(row!), seq };
  }

  /**
   * Those of these that nobody else is changing just now: waits for no instance, and for the rest of the transaction hardly for anything, since
   * one that is held up would hold up the others.
   */
  async lockFree(tx: TenantTx, instanceIds: InstanceId[]): Promise<Map<InstanceId, LockedConnection>> {
    const [heads] = await Promise.all([lockFreeInstances(tx, instanceIds), tx.run(`SET LOCAL lock_timeout = '300ms'`)]);
    const rows = heads.size === 0 ? [] : await this.readLocked(tx, [...heads.keys()]);
    return new Map(
      rows.map((row): [InstanceId, LockedConnection] => {
        const instanceId = idFrom('ins', row.instance_id);
        return [instanceId, { ...toLocked(row), seq: heads.get(instanceId)!.seq }];
      }),
    );
  }

  private readLocked(tx: TenantTx, instanceIds: InstanceId[]): Promise<LockedRow[]> {
    return tx.query<LockedRow[]>`
      SELECT f.instance_id, date_trunc('milliseconds', tenure_now()) AS now, f.environment, f.desired_state, f.lifecycle,
             f.tenant_suspended_at IS NOT NULL AS suspended, f.connection_state, COALESCE(c.since, f.created_at) AS since,
             f.settled_state, f.settled_reason, f.settled_since, f.reason_at, f.pairing_since, c.trying_since,
             EXISTS (SELECT 1 FROM nodes n WHERE n.id = c.owner_node AND n.lease_until > clock_timestamp()) AS owner_alive,
             c.owner_node, c.attempts, c.flaps, c.halted_seq, COALESCE(c.retry_at <= clock_timestamp(), true) AS due,
             c.phone_number, c.other_number_allowed
      FROM retention_facts f LEFT JOIN connections c ON c.tenant_id = f.tenant_id AND c.instance_id = f.instance_id
      WHERE f.tenant_id = ${uuidOf(tx.tenantId)}::uuid AND f.instance_id = ANY(${instanceIds.map(uuidOf)}::uuid[])`;
  }

  /** Under the instance's lock. */
  async write(tx: TenantTx, instanceId: InstanceId, facts: ConnectionFacts, patch: ConnectionPatch = {}): Promise<void> {
    await tx.execute`
      INSERT INTO connections AS c (tenant_id, instance_id, state, reason, since, settled_state, settled_reason, settled_since, reason_at, pairing_since, trying_since)
      VALUES (${uuidOf(tx.tenantId)}::uuid, ${uuidOf(instanceId)}::uuid, ${facts.state}, ${facts.settledReason}, ${facts.since}::timestamptz,
              ${facts.settledState}, ${facts.settledReason}, ${facts.settledSince}::timestamptz, ${facts.reasonAt}::timestamptz,
              ${facts.pairingSince}::timestamptz, ${facts.tryingSince}::timestamptz)
      ON CONFLICT (tenant_id, instance_id) DO UPDATE SET
        state = excluded.state, reason = excluded.reason, since = excluded.since, settled_state = excluded.settled_state,
        settled_reason = excluded.settled_reason, settled_since = excluded.settled_since, reason_at = excluded.reason_at,
        pairing_since = excluded.pairing_since, trying_since = excluded.trying_since,
        -- it was connected until it left, however long ago it came
        last_connected_at = CASE WHEN c.settled_state = 'connected' AND excluded.settled_state = 'disconnected'
                                 THEN excluded.settled_since ELSE c.last_connected_at END`;
    await this.patch(tx, instanceId, patch);
  }

  /** Under the instance's lock; no row: nothing. */
  async patch(tx: TenantTx, instanceId: InstanceId, patch: ConnectionPatch): Promise<void> {
    const { ownerNode, attempts, flaps, haltedSeq, retryInMs, restartRequested, lastClose, pairingOutcome, otherNumberAllowed } = patch;
    await tx.execute`
      UPDATE connections SET
        owner_node = CASE WHEN ${ownerNode !== undefined} THEN ${ownerNode ? uuidOf(ownerNode) : null}::uuid ELSE owner_node END,
        unwanted = unwanted AND NOT ${ownerNode !== undefined}, logout_requested = logout_requested AND NOT ${ownerNode !== undefined},
        attempts = COALESCE(${attempts ?? null}::int, attempts), flaps = COALESCE(${flaps ?? null}::int, flaps),
        halted_seq = CASE WHEN ${haltedSeq !== undefined} THEN ${haltedSeq ?? null}::bigint ELSE halted_seq END,
        retry_at = CASE WHEN ${retryInMs !== undefined} THEN clock_timestamp() + ${retryInMs ?? null}::double precision * interval '1 millisecond' ELSE retry_at END,
        restart_requested = COALESCE(${restartRequested ?? null}::boolean, restart_requested),
        last_close_reason = COALESCE(${lastClose?.reason ?? null}, last_close_reason),
        last_close_code = CASE WHEN ${lastClose !== undefined} THEN ${lastClose?.code ?? null}::int ELSE last_close_code END,
        last_close_at = CASE WHEN ${lastClose !== undefined} THEN tenure_now() ELSE last_close_at END,
        pairing_outcome = CASE WHEN ${pairingOutcome !== undefined} THEN ${pairingOutcome ?? null} ELSE pairing_outcome END,
        other_number_allowed = COALESCE(${otherNumberAllowed ?? null}::boolean, other_number_allowed)
      WHERE tenant_id = ${uuidOf(tx.tenantId)}::uuid AND instance_id = ${uuidOf(instanceId)}::uuid`;
  }

  /** Under the instance's lock. False when no living owner has it connected. */
  async requestLogout(tx: TenantSql, instanceId: InstanceId): Promise<boolean> {
    const changed = await tx.execute`
      UPDATE connections SET logout_requested = true
      WHERE tenant_id = ${uuidOf(tx.tenantId)}::uuid AND instance_id = ${uuidOf(instanceId)}::uuid AND state = 'connected'
        AND EXISTS (SELECT 1 FROM nodes n WHERE n.id = owner_node AND n.lease_until > clock_timestamp())`;
    return changed > 0;
  }

  async notePhone(tx: TenantTx, instanceId: InstanceId, phoneNumber: string): Promise<void> {
    await tx.execute`
      UPDATE connections SET phone_number = ${phoneNumber}
      WHERE tenant_id = ${uuidOf(tx.tenantId)}::uuid AND instance_id = ${uuidOf(instanceId)}::uuid`;
  }

  async noteConnected(tx: TenantTx, instanceId: InstanceId, profileName: string | null): Promise<void> {
    await tx.execute`
      UPDATE connections SET last_connected_at = since, storm_until = NULL, profile_name = COALESCE(${profileName}, profile_name)
      WHERE tenant_id = ${uuidOf(tx.tenantId)}::uuid AND instance_id = ${uuidOf(instanceId)}::uuid`;
  }

  /** Not under the instance's lock: a stamp that nothing waits for. */
  async noteActivity(tx: TenantSql, instanceId: InstanceId, owner: NodeId): Promise<void> {
    await tx.execute`
      UPDATE connections SET last_activity_at = tenure_now()
      WHERE tenant_id = ${uuidOf(tx.tenantId)}::uuid AND instance_id = ${uuidOf(instanceId)}::uuid AND owner_node = ${uuidOf(owner)}::uuid`;
  }

  /** Whether some of those that were lost in the last minutes are marked already. */
  async hasStorm(tx: TenantTx, environment: Environment): Promise<boolean> {
    const rows = await tx.query<unknown[]>`
      SELECT 1 FROM connections c JOIN instance_heads h ON h.tenant_id = c.tenant_id AND h.instance_id = c.instance_id
      WHERE c.tenant_id = ${uuidOf(tx.tenantId)}::uuid AND h.environment = ${environment} AND c.settled_state = 'disconnected'
        AND c.settled_since > (SELECT tenure_now()) - interval '10 minutes' AND c.storm_until IS NOT NULL LIMIT 1`;
    return rows.length > 0;
  }

  /** The disconnects of the last minutes that nobody asked for: an hour to come back, before any clock starts. How many. */
  markStorm(tx: TenantTx, environment: Environment): Promise<number> {
    return tx.execute`
      UPDATE connections c SET storm_until = c.settled_since + interval '1 hour' FROM instance_heads h
      WHERE c.tenant_id = ${uuidOf(tx.tenantId)}::uuid AND h.tenant_id = c.tenant_id AND h.instance_id = c.instance_id AND h.environment = ${environment}
        AND c.settled_state = 'disconnected' AND c.settled_since > (SELECT tenure_now()) - interval '5 minutes'
        AND c.settled_reason NOT IN ('user_stopped', 'platform_stopped', 'unknown') AND c.storm_until IS NULL`;
  }
}

export const nodeOf = (uuid: string | null): NodeId | null => (uuid === null ? null : idFrom('nod', uuid));

function toLocked(row: LockedRow): Omit<LockedConnection, 'seq'> {
  return {
    now: row.now,
    environment: row.environment,
    // a purge that a rule scheduled leaves it running: a connection rescues it
    shouldRun: row.desired_state === 'running' && (row.lifecycle === 'active' || row.lifecycle === 'purge_scheduled') && !row.suspended,
    suspended: row.suspended,
    archived: row.lifecycle === 'archived',
    facts: {
      ...{ state: row.connection_state, since: row.since, settledState: row.settled_state, settledReason: row.settled_reason },
      ...{ settledSince: row.settled_since, reasonAt: row.reason_at, pairingSince: row.pairing_since, tryingSince: row.trying_since },
    },
    ownerNode: nodeOf(row.owner_node),
    ownerAlive: row.owner_alive,
    attempts: row.attempts ?? 0,
    flaps: row.flaps ?? 0,
    haltedSeq: row.halted_seq === null ? null : Number(row.halted_seq),
    due: row.due,
    phoneNumber: row.phone_number,
    otherNumberAllowed: row.other_number_allowed ?? false,
  };
}
