import { Injectable } from '@nestjs/common';
import { type InstanceId, type TenantSql, uuidOf } from '#libs/contracts';

/** A row of `wa_signal_keys`. */
export interface StoredSignalKey {
  type: string;
  /** keyed hash of the Signal id, 16 bytes */
  idHash: Buffer;
  ciphertext: Buffer;
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

  async put(tx: TenantSql, instanceId: InstanceId, keys: StoredSignalKey[]): Promise<void> {
    if (keys.length === 0) return;
    const sorted = inKeyOrder(keys);
    await tx.execute`
      INSERT INTO wa_signal_keys (tenant_id, instance_id, type, id_hash, ciphertext)
      SELECT ${uuidOf(tx.tenantId)}::uuid, ${uuidOf(instanceId)}::uuid, k.type, k.id_hash, k.ciphertext
      FROM unnest(${sorted.map(({ type }) => type)}::text[], ${sorted.map(({ idHash }) => idHash)}::bytea[],
                  ${sorted.map(({ ciphertext }) => ciphertext)}::bytea[]) AS k (type, id_hash, ciphertext)
      ON CONFLICT (tenant_id, instance_id, type, id_hash) DO UPDATE SET ciphertext = excluded.ciphertext`;
  }

  /** Exactly the named keys of this instance: Signal has used them up. */
  async remove(tx: TenantSql, instanceId: InstanceId, keys: Omit<StoredSignalKey, 'ciphertext'>[]): Promise<void> {
    if (keys.length === 0) return;
    const sorted = inKeyOrder(keys);
    await tx.execute`
      DELETE FROM wa_signal_keys s
      USING unnest(${sorted.map(({ type }) => type)}::text[], ${sorted.map(({ idHash }) => idHash)}::bytea[]) AS k (type, id_hash)
      WHERE s.tenant_id = ${uuidOf(tx.tenantId)}::uuid AND s.instance_id = ${uuidOf(instanceId)}::uuid AND s.type = k.type AND s.id_hash = k.id_hash`;
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
