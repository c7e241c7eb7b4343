import { Injectable } from '@nestjs/common';
import { type Environment, idFrom, type KeyId, type Scope, type TenantId, uuidOf } from '#libs/contracts';
import { Database, type TenantTx } from '#libs/platform';

export interface ApiKey {
  id: KeyId;
  tenantId: TenantId;
  name: string;
  environment: Environment;
  scopes: (Scope | '*')[];
  /** the visible beginning of the key */
  prefix: string;
  createdAt: Date;
  expiresAt: Date | null;
  revokedAt: Date | null;
}

export type ApiKeyWithHash = ApiKey & { hash: Uint8Array };

/** What a look-up by the key itself learns. */
export type LiveKey = Pick<ApiKeyWithHash, 'id' | 'tenantId' | 'environment' | 'scopes' | 'hash'>;

interface ApiKeyRow {
  id: string;
  tenant_id: string;
  name: string;
  environment: Environment;
  scopes: (Scope | '*')[];
  prefix: string;
  created_at: Date;
  expires_at: Date | null;
  revoked_at: Date | null;
}

type LiveKeyRow = Pick<ApiKeyRow, 'id' | 'tenant_id' | 'environment' | 'scopes'> & { hash: Uint8Array };

@Injectable()
export class ApiKeysRepository {
  constructor(private readonly database: Database) {}

  async insert(tx: TenantTx, key: ApiKeyWithHash): Promise<void> {
    await tx.execute`
      INSERT INTO api_keys (tenant_id, id, name, environment, scopes, prefix, hash, created_at, expires_at)
      VALUES (${uuidOf(tx.tenantId)}::uuid, ${uuidOf(key.id)}::uuid, ${key.name}, ${key.environment}, ${key.scopes}::text[], ${key.prefix},
              ${Buffer.from(key.hash)}, ${key.createdAt}, ${key.expiresAt})`;
  }

  /** Neither revoked nor expired; keys expire in real time, like every token. */
  async findLive(prefix: string): Promise<LiveKey | null> {
    const [row] = await this.database.acrossTenants(
      'a key names its tenant, so it is looked up before there is one',
      (tx) => tx.query<LiveKeyRow[]>`
        SELECT id, tenant_id, environment, scopes, hash FROM api_keys
        WHERE prefix = ${prefix} AND revoked_at IS NULL AND (expires_at IS NULL OR expires_at > clock_timestamp())`,
    );
    return row ? toLiveKey(row) : null;
  }

  /** Oldest first, after an id (null: from the beginning). */
  async list(tx: TenantTx, after: KeyId | null, limit: number): Promise<ApiKey[]> {
    const rows = await tx.query<ApiKeyRow[]>`
      SELECT id, tenant_id, name, environment, scopes, prefix, created_at, expires_at, revoked_at FROM api_keys
      WHERE tenant_id = ${uuidOf(tx.tenantId)}::uuid AND (${after && uuidOf(after)}::uuid IS NULL OR id > ${after && uuidOf(after)}::uuid)
      ORDER BY id LIMIT ${limit}`;
    return rows.map(toApiKey);
  }

  /** Whether there was such a key that was not revoked yet. */
  async revoke(tx: TenantTx, id: KeyId, now: Date): Promise<boolean> {
    const revoked = await tx.execute`
      UPDATE api_keys SET revoked_at = ${now}
      WHERE tenant_id = ${uuidOf(tx.tenantId)}::uuid AND id = ${uuidOf(id)}::uuid AND revoked_at IS NULL`;
    return revoked > 0;
  }
}

function toLiveKey({ id, tenant_id, environment, scopes, hash }: LiveKeyRow): LiveKey {
  return { id: idFrom('key', id), tenantId: idFrom('ten', tenant_id), environment, scopes, hash };
}

function toApiKey(row: ApiKeyRow): ApiKey {
  return {
    id: idFrom('key', row.id),
    tenantId: idFrom('ten', row.tenant_id),
    name: row.name,
    environment: row.environment,
    scopes: row.scopes,
    prefix: row.prefix,
    createdAt: row.created_at,
    expiresAt: row.expires_at,
    revokedAt: row.revoked_at,
  };
}
