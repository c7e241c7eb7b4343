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
  /** to the minute */
  lastUsedAt: Date | null;
}

export type ApiKeyWithHash = ApiKey & { hash: Uint8Array };

/** What a look-up by the key itself learns. */
export type LiveKey = Pick<ApiKeyWithHash, 'id' | 'tenantId' | 'environment' | 'scopes' | 'hash'> & {
  /** null: the default */
  requestsPerMinute: number | null;
  suspended: boolean;
  /** its last noted use is more than a minute ago */
  useIsNews: boolean;
};

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
  last_used_at: Date | null;
}

type LiveKeyRow = Pick<ApiKeyRow, 'id' | 'tenant_id' | 'environment' | 'scopes'> & {
  hash: Uint8Array;
  requests_per_minute: number | null;
  suspended: boolean;
  use_is_news: boolean;
};

@Injectable()
export class ApiKeysRepository {
  constructor(private readonly database: Database) {}

  /** `createdBy`: the key that asked for it, or that it replaces; null: the operator. */
  async insert(tx: TenantTx, key: ApiKeyWithHash, createdBy: KeyId | null): Promise<void> {
    await tx.execute`
      INSERT INTO api_keys (tenant_id, id, name, environment, scopes, prefix, hash, created_at, expires_at, created_by)
      VALUES (${uuidOf(tx.tenantId)}::uuid, ${uuidOf(key.id)}::uuid, ${key.name}, ${key.environment}, ${key.scopes}::text[], ${key.prefix},
              ${Buffer.from(key.hash)}, ${key.createdAt}, ${key.expiresAt}, ${createdBy && uuidOf(createdBy)}::uuid)`;
  }

  /** Neither revoked nor expired; keys expire in real time, like every token. */
  async findLive(prefix: string): Promise<LiveKey | null> {
    const [row] = await this.database.readAcrossTenants(
      'a key names its tenant, so it is looked up before there is one',
      (tx) => tx.query<LiveKeyRow[]>`
        SELECT k.id, k.tenant_id, k.environment, k.scopes, k.hash, (t.quotas ->> 'requestsPerMinute')::int AS requests_per_minute,
               t.suspended_at IS NOT NULL AS suspended, COALESCE(k.last_used_at < clock_timestamp() - interval '1 minute', true) AS use_is_news
        FROM api_keys k JOIN tenants t ON t.id = k.tenant_id
        WHERE k.prefix = ${prefix} AND k.revoked_at IS NULL AND (k.expires_at IS NULL OR k.expires_at > clock_timestamp())`,
    );
    return row ? toLiveKey(row) : null;
  }

  async find(tx: TenantTx, id: KeyId): Promise<ApiKey | null> {
    const [row] = await tx.query<ApiKeyRow[]>`
      SELECT id, tenant_id, name, environment, scopes, prefix, created_at, expires_at, revoked_at, last_used_at FROM api_keys
      WHERE tenant_id = ${uuidOf(tx.tenantId)}::uuid AND id = ${uuidOf(id)}::uuid`;
    return row ? toApiKey(row) : null;
  }

  /** Neither revoked nor expired, of an environment. Bounded by the tenant's quota of keys, so never many. */
  async countLive(tx: TenantTx, environment: Environment): Promise<number> {
    const [row] = await tx.query<{ live: number }[]>`
      SELECT count(*)::int AS live FROM api_keys
      WHERE tenant_id = ${uuidOf(tx.tenantId)}::uuid AND environment = ${environment}
        AND revoked_at IS NULL AND (expires_at IS NULL OR expires_at > clock_timestamp())`;
    return row!.live;
  }

  /** Notes that it is used now. */
  async touch(tenantId: TenantId, id: KeyId): Promise<void> {
    await this.database.forTenant(tenantId, (tx) => tx.execute`
      UPDATE api_keys SET last_used_at = clock_timestamp()
      WHERE tenant_id = ${uuidOf(tenantId)}::uuid AND id = ${uuidOf(id)}::uuid
        AND (last_used_at IS NULL OR last_used_at < clock_timestamp() - interval '1 minute')`);
  }

  /**
   * Lets a live key end after so many seconds, if it does not end earlier by itself. Gives the key as it was, and when it ends; null when
   * there is no such live key.
   */
  async endAfter(tx: TenantTx, id: KeyId, seconds: number): Promise<{ key: ApiKey; until: Date } | null> {
    const key = await this.find(tx, id);
    const [row] = await tx.query<{ expires_at: Date }[]>`
      UPDATE api_keys SET expires_at = LEAST(expires_at, clock_timestamp() + ${seconds}::double precision * interval '1 second')
      WHERE tenant_id = ${uuidOf(tx.tenantId)}::uuid AND id = ${uuidOf(id)}::uuid
        AND revoked_at IS NULL AND (expires_at IS NULL OR expires_at > clock_timestamp())
      RETURNING expires_at`;
    return key && row ? { key, until: row.expires_at } : null;
  }

  /** Oldest first, after an id (null: from the beginning). */
  async list(tx: TenantTx, after: KeyId | null, limit: number): Promise<ApiKey[]> {
    const rows = await tx.query<ApiKeyRow[]>`
      SELECT id, tenant_id, name, environment, scopes, prefix, created_at, expires_at, revoked_at, last_used_at FROM api_keys
      WHERE tenant_id = ${uuidOf(tx.tenantId)}::uuid AND (${after && uuidOf(after)}::uuid IS NULL OR id > ${after && uuidOf(after)}::uuid)
      ORDER BY id LIMIT ${limit}`;
    return rows.map(toApiKey);
  }

  /** Of a tenant that is deleted: none is left. */
  async forget(tx: TenantTx): Promise<void> {
    await tx.execute`DELETE FROM api_keys WHERE tenant_id = ${uuidOf(tx.tenantId)}::uuid`;
  }

  /** Whether there was such a key that was not revoked yet. */
  async revoke(tx: TenantTx, id: KeyId, now: Date): Promise<boolean> {
    const revoked = await tx.execute`
      UPDATE api_keys SET revoked_at = ${now}
      WHERE tenant_id = ${uuidOf(tx.tenantId)}::uuid AND id = ${uuidOf(id)}::uuid AND revoked_at IS NULL`;
    return revoked > 0;
  }
}

function toLiveKey({ id, tenant_id, requests_per_minute, use_is_news, ...row }: LiveKeyRow): LiveKey {
  return { ...row, id: idFrom('key', id), tenantId: idFrom('ten', tenant_id), requestsPerMinute: requests_per_minute, useIsNews: use_is_news };
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
    lastUsedAt: row.last_used_at,
  };
}
