import { Injectable } from '@nestjs/common';
import { idFrom, NIL_UUID, type TenantId, uuidOf } from '#libs/contracts';
import { Database, type PlatformTx, type TenantTx } from '#libs/platform';
import type { SignedCheckpoint } from './signed-checkpoint.js';

interface CheckpointRow {
  generation: number;
  size: bigint;
  root: Buffer;
  note: string;
  signed_at: Date;
}

/** Unsigned entries of a tenant that are signed without waiting. */
export const AT_MOST_UNSIGNED = 1_000;
/** The key of the advisory lock of the file: shared by who appends to it. */
const FILE_GATE = 7_203_411_008;

/** Checkpoints of a tenant, and which tenants are due for one. */
@Injectable()
export class CheckpointsRepository {
  constructor(private readonly database: Database) {}

  /** Tenants with something unsigned for so long, with so much of it, or for whom somebody waits. */
  async due(afterSeconds: number, limit: number): Promise<TenantId[]> {
    const rows = await this.across((tx) => tx.query<{ tenant_id: string }[]>`
      SELECT tenant_id FROM audit_heads WHERE unsigned_since IS NOT NULL
        AND (unsigned_since <= clock_timestamp() - ${afterSeconds}::double precision * interval '1 second' OR size - signed_size >= ${AT_MOST_UNSIGNED})
      UNION SELECT tenant_id FROM audit_heads WHERE wanted_size > signed_size AND size >= wanted_size LIMIT ${limit}`);
    return rows.map(({ tenant_id }) => idFrom('ten', tenant_id));
  }

  /** Whether somebody waits for one. */
  async wanted(): Promise<boolean> {
    return (await this.across((tx) => tx.query<unknown[]>`SELECT 1 FROM audit_heads WHERE wanted_size > signed_size LIMIT 1`)).length > 0;
  }

  async want(tx: TenantTx, size: number): Promise<void> {
    await tx.execute`
      INSERT INTO audit_heads (tenant_id, wanted_size) VALUES (${uuidOf(tx.tenantId)}::uuid, ${size})
      ON CONFLICT (tenant_id) DO UPDATE SET wanted_size = GREATEST(audit_heads.wanted_size, excluded.wanted_size)`;
  }

  /** Under the lock of the tree's head, of all that it has. Until the transaction ends the file is not written anew. */
  async insert(tx: TenantTx, { generation, size, root, note, signedAt }: SignedCheckpoint): Promise<void> {
    const tenantId = uuidOf(tx.tenantId);
    await tx.execute`
      INSERT INTO audit_checkpoints (tenant_id, generation, size, root, note, signed_at)
      VALUES (${tenantId}::uuid, ${generation}, ${size}, ${root}, ${note}, ${signedAt}::timestamptz)`;
    await tx.execute`UPDATE audit_heads SET signed_size = ${size}, unsigned_since = NULL WHERE tenant_id = ${tenantId}::uuid`;
  }

  /** Newest first, after one (null: from the newest): by generation and size. */
  async list(tx: TenantTx, after: { generation: number; size: number } | null, limit: number): Promise<SignedCheckpoint[]> {
    const rows = await tx.query<CheckpointRow[]>`
      SELECT generation, size, root, note, signed_at FROM audit_checkpoints
      WHERE tenant_id = ${uuidOf(tx.tenantId)}::uuid
        AND (${after?.generation ?? null}::int IS NULL OR (generation, size) < (${after?.generation ?? null}::int, ${after?.size ?? null}::bigint))
      ORDER BY generation DESC, size DESC LIMIT ${limit}`;
    return rows.map(toCheckpoint);
  }

  /** The first one of the present log that is over this position; null: none is yet. */
  async over(tx: TenantTx, position: number): Promise<SignedCheckpoint | null> {
    const [row] = await tx.query<CheckpointRow[]>`
      SELECT c.generation, c.size, c.root, c.note, c.signed_at FROM audit_checkpoints c JOIN audit_heads h USING (tenant_id, generation)
      WHERE c.tenant_id = ${uuidOf(tx.tenantId)}::uuid AND c.size >= ${position} ORDER BY c.size LIMIT 1`;
    return row ? toCheckpoint(row) : null;
  }

  /** Of the present log, since those of before a restored backup are of another and lead nowhere here: of sizes from..to, both included, in order. */
  async between(tx: TenantTx, from: number, to: number): Promise<SignedCheckpoint[]> {
    const rows = await tx.query<CheckpointRow[]>`
      SELECT c.generation, c.size, c.root, c.note, c.signed_at FROM audit_checkpoints c JOIN audit_heads h USING (tenant_id, generation)
      WHERE c.tenant_id = ${uuidOf(tx.tenantId)}::uuid AND c.size >= ${from} AND c.size <= ${to} ORDER BY c.size`;
    return rows.map(toCheckpoint);
  }

  /** The newest of the present log; null: nothing of it was signed. */
  async newest(tx: TenantTx): Promise<SignedCheckpoint | null> {
    const [row] = await tx.query<CheckpointRow[]>`
      SELECT c.generation, c.size, c.root, c.note, c.signed_at FROM audit_checkpoints c JOIN audit_heads h USING (tenant_id, generation)
      WHERE c.tenant_id = ${uuidOf(tx.tenantId)}::uuid ORDER BY c.size DESC LIMIT 1`;
    return row ? toCheckpoint(row) : null;
  }

  /** The tree goes on as another log, of which nothing is signed yet. */
  async beginGeneration(tx: TenantTx, generation: number): Promise<void> {
    await tx.execute`
      UPDATE audit_heads SET generation = ${generation}, signed_size = 0, unsigned_since = clock_timestamp() WHERE tenant_id = ${uuidOf(tx.tenantId)}::uuid`;
  }

  /** Those that are here. */
  async known(tenantIds: readonly TenantId[]): Promise<TenantId[]> {
    const rows = await this.across((tx) => tx.query<{ id: string }[]>`SELECT id FROM tenants WHERE id = ANY(${tenantIds.map(uuidOf)}::uuid[])`);
    return rows.map(({ id }) => idFrom('ten', id));
  }

  /** Of every tenant the last that was signed, so many at a time. */
  async *latestOfAll(limit: number): AsyncGenerator<{ note: string }[]> {
    let after = NIL_UUID;
    for (;;) {
      const rows = await this.across((tx) => tx.query<{ tenant_id: string; note: string }[]>`
        SELECT DISTINCT ON (tenant_id) tenant_id, note FROM audit_checkpoints WHERE tenant_id > ${after}::uuid
        ORDER BY tenant_id, generation DESC, size DESC LIMIT ${limit}`);
      if (rows.length > 0) yield rows;
      if (rows.length < limit) return;
      after = rows.at(-1)!.tenant_id;
    }
  }

  /** Taken by who appends to the file, until the transaction ends. */
  async enterFile(tx: TenantTx): Promise<void> {
    await tx.execute`SELECT pg_advisory_xact_lock_shared(${FILE_GATE}::bigint)`;
  }

  /** While nobody appends to the file. */
  async alone<T>(work: () => Promise<T>): Promise<T> {
    return this.across(async (tx) => {
      await tx.execute`SELECT pg_advisory_xact_lock(${FILE_GATE}::bigint)`;
      return work();
    });
  }

  private across<T>(work: (tx: PlatformTx) => Promise<T>): Promise<T> {
    return this.database.acrossTenants('one signs for all tenants', work);
  }
}

const toCheckpoint = ({ generation, size, root, note, signed_at }: CheckpointRow): SignedCheckpoint => ({ generation, size: Number(size), root, note, signedAt: signed_at });
