import { Injectable } from '@nestjs/common';
import { type InstanceId, type TenantSql, uuidOf } from '#libs/contracts';

/** A row of `wa_credentials`. */
export interface StoredCredentials {
  version: number;
  ownerEpoch: bigint;
  revokedAt: Date | null;
  /** sealed; null before the first pairing is complete */
  ciphertext: Buffer | null;
}

/** A newer owner has raised the epoch, or the instance was archived: whoever gets this closes and does not reconnect. */
export class OwnershipLost extends Error {
  constructor(instanceId: InstanceId) {
    super(`${instanceId} has another owner now`);
  }
}

/** The table `wa_credentials`. The epoch of its row is the fence of everything that a session writes. */
@Injectable()
export class CredentialsRepository {
  /** Makes this the newest owner, after every write of the one before has ended. Null: there is no row. */
  async raiseEpoch(tx: TenantSql, instanceId: InstanceId): Promise<StoredCredentials | null> {
    const rows = await tx.query<CredentialsRow[]>`
      UPDATE wa_credentials SET owner_epoch = owner_epoch + 1
      WHERE tenant_id = ${uuidOf(tx.tenantId)}::uuid AND instance_id = ${uuidOf(instanceId)}::uuid
      RETURNING version, owner_epoch, revoked_at, ciphertext`;
    return rows[0] ? toStored(rows[0]) : null;
  }

  /** An empty row for an instance that was never paired; one that is there stays as it is. */
  async prepare(tx: TenantSql, instanceId: InstanceId): Promise<void> {
    await tx.execute`
      INSERT INTO wa_credentials (tenant_id, instance_id) VALUES (${uuidOf(tx.tenantId)}::uuid, ${uuidOf(instanceId)}::uuid)
      ON CONFLICT DO NOTHING`;
  }

  /** Holds off a newer owner until this transaction ends. @throws OwnershipLost */
  async holdFence(tx: TenantSql, instanceId: InstanceId, epoch: bigint): Promise<void> {
    const held = await tx.query<unknown[]>`
      SELECT 1 FROM wa_credentials
      WHERE tenant_id = ${uuidOf(tx.tenantId)}::uuid AND instance_id = ${uuidOf(instanceId)}::uuid AND owner_epoch = ${epoch} FOR SHARE`;
    if (held.length === 0) throw new OwnershipLost(instanceId);
  }

  /** @throws OwnershipLost */
  async save(tx: TenantSql, instanceId: InstanceId, epoch: bigint, ciphertext: Buffer): Promise<void> {
    const saved = await tx.execute`
      UPDATE wa_credentials SET version = version + 1, ciphertext = ${ciphertext}
      WHERE tenant_id = ${uuidOf(tx.tenantId)}::uuid AND instance_id = ${uuidOf(instanceId)}::uuid AND owner_epoch = ${epoch}`;
    if (saved === 0) throw new OwnershipLost(instanceId);
  }

  /** Of a completed pairing: what was revoked before is so no longer. @throws OwnershipLost */
  async replace(tx: TenantSql, instanceId: InstanceId, epoch: bigint, ciphertext: Buffer): Promise<void> {
    const replaced = await tx.execute`
      UPDATE wa_credentials SET version = version + 1, ciphertext = ${ciphertext}, revoked_at = NULL
      WHERE tenant_id = ${uuidOf(tx.tenantId)}::uuid AND instance_id = ${uuidOf(instanceId)}::uuid AND owner_epoch = ${epoch}`;
    if (replaced === 0) throw new OwnershipLost(instanceId);
  }

  /** WhatsApp accepts them no longer; they stay, sealed. */
  async markRevoked(tx: TenantSql, instanceId: InstanceId, at: Date): Promise<void> {
    await tx.execute`
      UPDATE wa_credentials SET revoked_at = COALESCE(revoked_at, ${at}::timestamptz)
      WHERE tenant_id = ${uuidOf(tx.tenantId)}::uuid AND instance_id = ${uuidOf(instanceId)}::uuid`;
  }

  /** For an archive: waits for the owner's last write, then removes the row and returns it. */
  async take(tx: TenantSql, instanceId: InstanceId): Promise<StoredCredentials | null> {
    const [row] = await tx.query<CredentialsRow[]>`
      DELETE FROM wa_credentials WHERE tenant_id = ${uuidOf(tx.tenantId)}::uuid AND instance_id = ${uuidOf(instanceId)}::uuid
      RETURNING version, owner_epoch, revoked_at, ciphertext`;
    return row ? toStored(row) : null;
  }

  async put(tx: TenantSql, instanceId: InstanceId, { version, ownerEpoch, revokedAt, ciphertext }: StoredCredentials): Promise<void> {
    await tx.execute`
      INSERT INTO wa_credentials (tenant_id, instance_id, version, owner_epoch, revoked_at, ciphertext)
      VALUES (${uuidOf(tx.tenantId)}::uuid, ${uuidOf(instanceId)}::uuid, ${version}, ${ownerEpoch}, ${revokedAt}::timestamptz, ${ciphertext}::bytea)`;
  }
}

interface CredentialsRow {
  version: number;
  owner_epoch: bigint;
  revoked_at: Date | null;
  ciphertext: Uint8Array | null;
}

const toStored = (row: CredentialsRow): StoredCredentials => ({
  ...{ version: row.version, ownerEpoch: row.owner_epoch, revokedAt: row.revoked_at },
  ciphertext: row.ciphertext && Buffer.from(row.ciphertext),
});
