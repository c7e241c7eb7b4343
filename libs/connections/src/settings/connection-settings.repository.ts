import { Injectable } from '@nestjs/common';
import { idFrom, type InstanceId, type NodeId, type TenantSql, uuidOf } from '#libs/contracts';
import { Database } from '#libs/platform';

/** A row of `connection_settings`. */
export interface StoredSettings {
  version: number;
  /** the whole document, sealed */
  ciphertext: Buffer;
}

/** The table `connection_settings`. */
@Injectable()
export class ConnectionSettingsRepository {
  constructor(private readonly database: Database) {}

  /** Null: nobody has set anything. */
  async find(tx: TenantSql, instanceId: InstanceId): Promise<StoredSettings | null> {
    const [row] = await tx.query<Row[]>`
      SELECT version, ciphertext FROM connection_settings
      WHERE tenant_id = ${uuidOf(tx.tenantId)}::uuid AND instance_id = ${uuidOf(instanceId)}::uuid`;
    return row ? toStored(row) : null;
  }

  /** Under the instance's lock. */
  async put(tx: TenantSql, instanceId: InstanceId, { version, ciphertext }: StoredSettings): Promise<void> {
    await tx.execute`
      INSERT INTO connection_settings (tenant_id, instance_id, version, ciphertext)
      VALUES (${uuidOf(tx.tenantId)}::uuid, ${uuidOf(instanceId)}::uuid, ${version}, ${ciphertext})
      ON CONFLICT (tenant_id, instance_id) DO UPDATE SET version = excluded.version, ciphertext = excluded.ciphertext`;
  }

  /** For an archive: removes the row and returns it. */
  async take(tx: TenantSql, instanceId: InstanceId): Promise<StoredSettings | null> {
    const [row] = await tx.query<Row[]>`
      DELETE FROM connection_settings WHERE tenant_id = ${uuidOf(tx.tenantId)}::uuid AND instance_id = ${uuidOf(instanceId)}::uuid
      RETURNING version, ciphertext`;
    return row ? toStored(row) : null;
  }

  /** Of the instances that a node owns and that have any. */
  async ownedBy(node: NodeId): Promise<Map<InstanceId, number>> {
    const rows = await this.database.readAcrossTenants('a worker serves all tenants', (tx) => tx.query<VersionRow[]>`
      SELECT s.instance_id, s.version
      FROM connections c JOIN connection_settings s ON s.tenant_id = c.tenant_id AND s.instance_id = c.instance_id
      WHERE c.owner_node = ${uuidOf(node)}::uuid`);
    return new Map(rows.map(({ instance_id, version }) => [idFrom('ins', instance_id), version]));
  }
}

interface Row {
  version: number;
  ciphertext: Uint8Array;
}

interface VersionRow {
  instance_id: string;
  version: number;
}

const toStored = ({ version, ciphertext }: Row): StoredSettings => ({ version, ciphertext: Buffer.from(ciphertext) });
