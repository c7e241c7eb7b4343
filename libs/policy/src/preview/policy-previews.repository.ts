import { Injectable } from '@nestjs/common';
import { type Actor, type Environment, type InstanceId, uuidOf } from '#libs/contracts';
import { Database, type TenantTx } from '#libs/platform';
import type { Candidate } from './preview-tally.js';

export interface NewPreview {
  version: number;
  /** Null: no version was in force. */
  comparedWith: number | null;
  environment: Environment;
  candidates: readonly Candidate[];
}

export type StoredPreview = Omit<NewPreview, 'environment'>;

interface PreviewRow {
  version: number;
  compared_with: number | null;
  instance_ids: InstanceId[];
  cycles: number[];
}

/** Per tenant and environment: the candidates of many instances are megabytes. */
const KEPT = 5;
const BATCH = 100;

/** The table `retention_previews`. Tokens live 24 hours of real time. */
@Injectable()
export class PolicyPreviewsRepository {
  constructor(private readonly database: Database) {}

  /** @returns until when its token is good */
  async insert(tx: TenantTx, tokenHash: Buffer, { version, comparedWith, environment, candidates }: NewPreview, createdBy: Actor): Promise<Date> {
    const [row] = await tx.query<{ expires_at: Date }[]>`
      INSERT INTO retention_previews (tenant_id, token_hash, environment, version, compared_with, instance_ids, cycles, created_by)
      VALUES (${uuidOf(tx.tenantId)}::uuid, ${tokenHash}, ${environment}, ${version}, ${comparedWith},
              ${candidates.map(({ instanceId }) => instanceId)}::text[], ${candidates.map(({ cycle }) => cycle)}::integer[], ${JSON.stringify(createdBy)}::jsonb)
      RETURNING created_at + interval '24 hours' AS expires_at`;
    return row!.expires_at;
  }

  /** Null: there is none, of this version, by a key of this environment, that is not too old. */
  async find(tx: TenantTx, tokenHash: Buffer, version: number): Promise<StoredPreview | null> {
    const [row] = await tx.query<PreviewRow[]>`
      SELECT version, compared_with, instance_ids, cycles FROM retention_previews
      WHERE tenant_id = ${uuidOf(tx.tenantId)}::uuid AND token_hash = ${tokenHash} AND version = ${version}
        AND created_at > clock_timestamp() - interval '24 hours'`;
    return row ? toPreview(row) : null;
  }

  /** All of the tenant. */
  async forget(tx: TenantTx): Promise<void> {
    await tx.execute`DELETE FROM retention_previews WHERE tenant_id = ${uuidOf(tx.tenantId)}::uuid`;
  }

  async remove(tx: TenantTx, tokenHash: Buffer): Promise<void> {
    await tx.execute`DELETE FROM retention_previews WHERE tenant_id = ${uuidOf(tx.tenantId)}::uuid AND token_hash = ${tokenHash}`;
  }

  /** All but the newest few. */
  async removeOlder(tx: TenantTx, environment: Environment): Promise<void> {
    await tx.execute`
      DELETE FROM retention_previews WHERE tenant_id = ${uuidOf(tx.tenantId)}::uuid AND token_hash IN (
        SELECT token_hash FROM retention_previews WHERE tenant_id = ${uuidOf(tx.tenantId)}::uuid AND environment = ${environment}
        ORDER BY created_at DESC, token_hash OFFSET ${KEPT}::int)`;
  }

  /** Of all tenants, what is too old. @returns whether there is more */
  async prune(): Promise<boolean> {
    const removed = await this.database.acrossTenants('previews age alike for all tenants', (tx) => tx.execute`
      DELETE FROM retention_previews WHERE (tenant_id, token_hash) IN (
        SELECT tenant_id, token_hash FROM retention_previews WHERE created_at < clock_timestamp() - interval '24 hours' LIMIT ${BATCH})`);
    return removed === BATCH;
  }
}

function toPreview({ version, compared_with, instance_ids, cycles }: PreviewRow): StoredPreview {
  return { version, comparedWith: compared_with, candidates: instance_ids.map((instanceId, i) => ({ instanceId, cycle: cycles[i]! })) };
}
