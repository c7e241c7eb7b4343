import { Injectable } from '@nestjs/common';
import { type Environment, idFrom, type NodeId, uuidOf } from '#libs/contracts';
import { Database } from '#libs/platform';
import type { Held, SharingNode } from './fair-share.js';

export interface NewNode {
  id: NodeId;
  /** `host:pid` */
  name: string;
  /** tells processes of the same machine which one it is; null: nobody can tell */
  place: string | null;
  capacity: number;
  /** of which instances it can reach the server */
  environments: readonly Environment[];
}

/** One of the nodes that share the fleet, alive or not. */
export interface FleetNode extends SharingNode {
  place: string | null;
  alive: boolean;
}

export interface Node {
  id: NodeId;
  name: string;
  capacity: number;
  draining: boolean;
  startedAt: Date;
  leaseUntil: Date;
  alive: boolean;
  /** instances it owns */
  instances: number;
}

interface FleetNodeRow extends Omit<FleetNode, 'id' | 'held'> {
  id: string;
  held_live: number;
  held_test: number;
}

interface NodeRow {
  id: string;
  name: string;
  capacity: number;
  draining: boolean;
  started_at: Date;
  lease_until: Date;
  alive: boolean;
  instances: number;
}

/** The table `nodes`, of no tenant. Only the database's real clock is compared: the clocks of the machines may disagree. */
@Injectable()
export class NodesRepository {
  constructor(private readonly database: Database) {}

  async register({ id, name, place, capacity, environments }: NewNode, ttlMs: number): Promise<void> {
    await this.database.acrossTenants('a node serves all tenants', (tx) => tx.execute`
      INSERT INTO nodes (id, name, place, capacity, environments, started_at, lease_until)
      VALUES (${uuidOf(id)}::uuid, ${name}, ${place}, ${capacity}, ${environments}::text[], clock_timestamp(),
              clock_timestamp() + ${ttlMs}::double precision * interval '1 millisecond')`);
  }

  /** False when the lease had lapsed or somebody has removed the node: it must not go on under this id. */
  async renew(id: NodeId, ttlMs: number): Promise<boolean> {
    const renewed = await this.database.acrossTenants('a node serves all tenants', (tx) => tx.execute`
      UPDATE nodes SET lease_until = clock_timestamp() + ${ttlMs}::double precision * interval '1 millisecond'
      WHERE id = ${uuidOf(id)}::uuid AND lease_until > clock_timestamp()`);
    return renewed === 1;
  }

  async remove(id: NodeId): Promise<void> {
    await this.database.acrossTenants('a node serves all tenants', (tx) => tx.execute`DELETE FROM nodes WHERE id = ${uuidOf(id)}::uuid`);
  }

  /** It hands over what it has and takes nothing more; that does not end again. */
  async drain(id: NodeId): Promise<void> {
    await this.database.acrossTenants('a node serves all tenants', (tx) => tx.execute`UPDATE nodes SET draining = true WHERE id = ${uuidOf(id)}::uuid`);
  }

  /** It has come round, and holds so many. */
  async report(id: NodeId, { live, test }: Held): Promise<void> {
    await this.database.acrossTenants('a node serves all tenants', (tx) => tx.execute`
      UPDATE nodes SET held_live = ${live}::int, held_test = ${test}::int, rounds_at = clock_timestamp()
      WHERE id = ${uuidOf(id)}::uuid`);
  }

  /** All nodes there are, as each last said; there are few. One that has not come round for 15 s takes nothing more. */
  async fleet(): Promise<FleetNode[]> {
    const rows = await this.database.readAcrossTenants('a node serves all tenants', (tx) => tx.query<FleetNodeRow[]>`
      SELECT id, place, capacity, environments, held_live, held_test, draining, lease_until > clock_timestamp() AS alive,
             COALESCE(rounds_at > clock_timestamp() - interval '15 seconds', false) AS takes
      FROM nodes ORDER BY id`);
    return rows.map(({ id, held_live, held_test, ...row }) => ({ ...row, id: idFrom('nod', id), held: { live: held_live, test: held_test } }));
  }

  /** Oldest first, after an id (null: from the beginning). */
  list(after: NodeId | null, limit: number): Promise<Node[]> {
    return this.read(after && uuidOf(after), null, limit);
  }

  async find(id: NodeId): Promise<Node | null> {
    return (await this.read(null, uuidOf(id), 1))[0] ?? null;
  }

  /** Nodes long gone that own nothing any more. */
  async removeLapsed(): Promise<void> {
    await this.database.acrossTenants('a node serves all tenants', (tx) => tx.execute`
      DELETE FROM nodes n WHERE n.lease_until < clock_timestamp() - interval '1 minute'
        AND NOT EXISTS (SELECT 1 FROM connections c WHERE c.owner_node = n.id)`);
  }

  private async read(after: string | null, id: string | null, limit: number): Promise<Node[]> {
    const rows = await this.database.readAcrossTenants('a node serves all tenants', (tx) => tx.query<NodeRow[]>`
      SELECT n.id, n.name, n.capacity, n.draining, n.started_at, n.lease_until, n.lease_until > clock_timestamp() AS alive,
             (SELECT count(*)::int FROM connections c WHERE c.owner_node = n.id) AS instances
      FROM nodes n WHERE (${after}::uuid IS NULL OR n.id > ${after}::uuid) AND (${id}::uuid IS NULL OR n.id = ${id}::uuid) ORDER BY n.id LIMIT ${limit}`);
    return rows.map(({ started_at, lease_until, ...row }) => ({ ...row, id: idFrom('nod', row.id), startedAt: started_at, leaseUntil: lease_until }));
  }
}
