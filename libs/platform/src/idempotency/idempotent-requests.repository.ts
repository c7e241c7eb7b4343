import { Injectable } from '@nestjs/common';
import { type IdempotencyTerms, type KeyId, uuidOf } from '#libs/contracts';
import type { Tx } from '../database/tenant-tx.js';
import type { SealedReply } from './reply-seal.js';

export interface IdempotentRequest {
  fingerprint: Uint8Array;
  /** null: under way, or nobody knows */
  reply: Uint8Array | null;
  secrets: Uint8Array | null;
  /** of the master key that the reply is sealed under; null: there is none, or it was kept by a version that did not say */
  masterKeyId: string | null;
  ageMs: number;
}

type Key = Pick<IdempotencyTerms, 'keyHash'>;

/** The table `idempotent_requests`. Row-level security shows an API key its own rows only; ages are of real time. */
@Injectable()
export class IdempotentRequestsRepository {
  async find(tx: Tx, keyId: KeyId, { keyHash }: Key): Promise<IdempotentRequest | null> {
    const [row] = await tx.query<RequestRow[]>`
      SELECT fingerprint, reply, secrets, master_key_id, EXTRACT(EPOCH FROM clock_timestamp() - created_at)::double precision * 1000 AS age_ms
      FROM idempotent_requests WHERE principal_id = ${uuidOf(keyId)}::uuid AND key_hash = ${keyHash}`;
    return row ? toRequest(row) : null;
  }

  /** False when there is one, also one that was committed while this waited for it. */
  async insert(tx: Tx, keyId: KeyId, { keyHash, fingerprint }: IdempotencyTerms): Promise<boolean> {
    const inserted = await tx.execute`
      INSERT INTO idempotent_requests (principal_id, key_hash, fingerprint) VALUES (${uuidOf(keyId)}::uuid, ${keyHash}, ${fingerprint})
      ON CONFLICT (principal_id, key_hash) DO NOTHING`;
    return inserted > 0;
  }

  /** False when there is no such request that waits for its reply, or the master key is not the current one any more. */
  async answer(tx: Tx, keyId: KeyId, { keyHash }: Key, { reply, secrets, masterKeyId }: SealedReply): Promise<boolean> {
    const answered = await tx.execute`
      UPDATE idempotent_requests SET reply = ${reply}, secrets = ${secrets}, master_key_id = ${masterKeyId}
      WHERE principal_id = ${uuidOf(keyId)}::uuid AND key_hash = ${keyHash} AND reply IS NULL
        AND ${masterKeyId} = (SELECT master_key_id FROM platform_state)`;
    return answered > 0;
  }

  /** It had no effect: the key is free again. */
  async remove(tx: Tx, keyId: KeyId, { keyHash }: Key): Promise<void> {
    await tx.execute`DELETE FROM idempotent_requests WHERE principal_id = ${uuidOf(keyId)}::uuid AND key_hash = ${keyHash} AND reply IS NULL`;
  }
}

interface RequestRow {
  fingerprint: Uint8Array;
  reply: Uint8Array | null;
  secrets: Uint8Array | null;
  master_key_id: string | null;
  age_ms: number;
}

const toRequest = ({ fingerprint, reply, secrets, master_key_id, age_ms }: RequestRow): IdempotentRequest => ({
  ...{ fingerprint, reply, secrets, masterKeyId: master_key_id, ageMs: age_ms },
});
