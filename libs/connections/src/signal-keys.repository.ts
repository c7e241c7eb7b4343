import { Injectable } from '@nestjs/common';
import { type InstanceId, type TenantSql, uuidOf } from '#libs/contracts';
import { OwnershipLost } from './credentials.repository.js';

/** A row of `wa_signal_keys`. */
export interface StoredSignalKey {
  type: string;
  /** keyed hash of the Signal id, 16 bytes */
  idHash: Buffer;
  ciphertext: Buffer;
}

export interface SignalKeyChanges {
  puts: StoredSignalKey[];
  /** exactly these: Signal has used them up */
  removals: Omit<StoredSignalKey, 'ciphertext'>[];
}

interface SignalKeyRow {
  type: string;
  id_hash: Uint8Array;
  ciphertext: Uint8Array;
}

/** The table `wa_signal_keys`. Several rows are always written in key order. */
@Injectable()
export class SignalKeysRepository {
  async read(tx: TenantSql, instanceId: InstanceId, type: string, idHashes: Buffer[]): Promise<StoredSignalKey[]> {
    const rows = await tx.query<SignalKeyRow[]>`
      SELECT type, id_hash, ciphertext FROM wa_signal_keys
      WHERE tenant_id = ${uuidOf(tx.tenantId)}::uuid AND instance_id = ${uuidOf(instanceId)}::uuid AND type = ${type}
        AND id_hash = ANY(${idHashes}::bytea[])`;
    return rows.map(toStored);
  }

  /**
   * Written only by the owner of that epoch, who holds a newer one off until this is committed. One statement, so that a message costs one round
   * trip: the lock comes before the first row, since every row that is written is joined to it.
   * @throws OwnershipLost
   */
  async write(tx: TenantSql, instanceId: InstanceId, epoch: bigint, { puts, removals }: SignalKeyChanges): Promise<void> {
    const [put, gone] = [inKeyOrder(puts), inKeyOrder(removals)];
    const [row] = await tx.query<[{ owned: boolean }]>`
      WITH owner AS MATERIALIZED (
        SELECT tenant_id, instance_id FROM wa_credentials
        WHERE tenant_id = ${uuidOf(tx.tenantId)}::uuid AND instance_id = ${uuidOf(instanceId)}::uuid AND owner_epoch = ${epoch} FOR SHARE),
      put AS (
        INSERT INTO wa_signal_keys (tenant_id, instance_id, type, id_hash, ciphertext)
        SELECT owner.tenant_id, owner.instance_id, k.type, k.id_hash, k.ciphertext
        FROM owner, unnest(${put.map(({ type }) => type)}::text[], ${put.map(({ idHash }) => idHash)}::bytea[],
                           ${put.map(({ ciphertext }) => ciphertext)}::bytea[]) AS k (type, id_hash, ciphertext)
        ON CONFLICT (tenant_id, instance_id, type, id_hash) DO UPDATE SET ciphertext = excluded.ciphertext),
      removed AS (
        DELETE FROM wa_signal_keys s
        USING owner, unnest(${gone.map(({ type }) => type)}::text[], ${gone.map(({ idHash }) => idHash)}::bytea[]) AS k (type, id_hash)
        WHERE s.tenant_id = owner.tenant_id AND s.instance_id = owner.instance_id AND s.type = k.type AND s.id_hash = k.id_hash)
      SELECT EXISTS (SELECT 1 FROM owner) AS owned`;
    if (!row.owned) throw new OwnershipLost(instanceId);
  }

  /** For a restore: into an instance that has none. */
  async put(tx: TenantSql, instanceId: InstanceId, keys: StoredSignalKey[]): Promise<void> {
    if (keys.length === 0) return;
    await tx.execute`
      INSERT INTO wa_signal_keys (tenant_id, instance_id, type, id_hash, ciphertext)
      SELECT ${uuidOf(tx.tenantId)}::uuid, ${uuidOf(instanceId)}::uuid, k.type, k.id_hash, k.ciphertext
      FROM unnest(${keys.map(({ type }) => type)}::text[], ${keys.map(({ idHash }) => idHash)}::bytea[],
                  ${keys.map(({ ciphertext }) => ciphertext)}::bytea[]) AS k (type, id_hash, ciphertext)`;
  }

  async count(tx: TenantSql, instanceId: InstanceId, most: number): Promise<number> {
    const [row] = await tx.query<[{ n: number }]>`
      SELECT count(*)::int AS n FROM (
        SELECT 1 FROM wa_signal_keys WHERE tenant_id = ${uuidOf(tx.tenantId)}::uuid AND instance_id = ${uuidOf(instanceId)}::uuid LIMIT ${most}) AS counted`;
    return row.n;
  }

  /** Of a purged instance: at most so many. Returns how many. */
  erase(tx: TenantSql, instanceId: InstanceId, limit: number): Promise<number> {
    return tx.execute`
      DELETE FROM wa_signal_keys WHERE tenant_id = ${uuidOf(tx.tenantId)}::uuid AND instance_id = ${uuidOf(instanceId)}::uuid
        AND (type, id_hash) IN (SELECT type, id_hash FROM wa_signal_keys
          WHERE tenant_id = ${uuidOf(tx.tenantId)}::uuid AND instance_id = ${uuidOf(instanceId)}::uuid ORDER BY type, id_hash LIMIT ${limit})`;
  }

  /** All of this instance, removed and returned in key order: for an archive, or because a new pairing has replaced the identity they belong to. */
  async take(tx: TenantSql, instanceId: InstanceId): Promise<StoredSignalKey[]> {
    const rows = await tx.query<SignalKeyRow[]>`
      WITH taken AS (
        DELETE FROM wa_signal_keys WHERE tenant_id = ${uuidOf(tx.tenantId)}::uuid AND instance_id = ${uuidOf(instanceId)}::uuid
        RETURNING type, id_hash, ciphertext)
      SELECT type, id_hash, ciphertext FROM taken ORDER BY type, id_hash`;
    return rows.map(toStored);
  }
}

const toStored = (row: SignalKeyRow): StoredSignalKey => ({
  ...{ type: row.type, idHash: Buffer.from(row.id_hash), ciphertext: Buffer.from(row.ciphertext) },
});

const inKeyOrder = <K extends { type: string; idHash: Buffer }>(keys: K[]): K[] =>
  [...keys].sort((a, b) => (a.type < b.type ? -1 : a.type > b.type ? 1 : Buffer.compare(a.idHash, b.idHash)));
