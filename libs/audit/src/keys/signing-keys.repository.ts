import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Database, Keyring, openSecret, type PlatformTx, signingKeyPlace, type WrappedSecret, wrapSecret } from '#libs/platform';
import { newSigningPair, type NoteSigner, noteSigner } from '../notes/note-signer.js';
import { type VerifierKey, verifierKey } from '../notes/verifier-key.js';

interface SigningKeyRow {
  id: string;
  name: string;
  public_key: Buffer;
  wrapped_private_key: Uint8Array;
  master_key_id: string;
}

/** Of the whole platform: who signs checkpoints. One at a time makes keys. */
@Injectable()
export class SigningKeysRepository {
  constructor(
    private readonly database: Database,
    private readonly keyring: Keyring,
  ) {}

  /** The first key of an installation unless there is one; and what has retired can sign nothing more. */
  async ensure(newName: () => string): Promise<void> {
    await this.changing(async (tx) => {
      await tx.execute`UPDATE audit_signing_keys SET wrapped_private_key = NULL, master_key_id = NULL WHERE retires_at <= clock_timestamp() AND wrapped_private_key IS NOT NULL`;
      const [any] = await tx.query<unknown[]>`SELECT 1 FROM audit_signing_keys WHERE retires_at IS NULL`;
      if (!any) await this.insert(tx, newName());
    });
  }

  /** A new one signs from now on, and the former ones beside it for so long. */
  async replace(overlapSeconds: number, newName: () => string): Promise<VerifierKey> {
    return this.changing(async (tx) => {
      const [latest] = await tx.query<{ name: string }[]>`SELECT name FROM audit_signing_keys ORDER BY created_at DESC LIMIT 1`;
      await tx.execute`UPDATE audit_signing_keys SET retires_at = clock_timestamp() + ${overlapSeconds}::double precision * interval '1 second' WHERE retires_at IS NULL`;
      return this.insert(tx, latest?.name ?? newName());
    });
  }

  /** All there ever were, oldest first: what they signed can always be checked. */
  async publicKeys(): Promise<VerifierKey[]> {
    const rows = await this.read((tx) => tx.query<Pick<SigningKeyRow, 'name' | 'public_key'>[]>`SELECT name, public_key FROM audit_signing_keys ORDER BY created_at, id`);
    return rows.map(({ name, public_key }) => verifierKey(name, public_key));
  }

  /** Those that sign now, oldest first: several while one replaces another. @throws MasterKeyMissing */
  async signers(): Promise<NoteSigner[]> {
    const rows = await this.read((tx) => tx.query<SigningKeyRow[]>`
      SELECT id, name, public_key, wrapped_private_key, master_key_id FROM audit_signing_keys
      WHERE wrapped_private_key IS NOT NULL AND (retires_at IS NULL OR retires_at > clock_timestamp()) ORDER BY created_at, id`);
    return rows.map(({ id, name, public_key: publicKey, wrapped_private_key: wrapped, master_key_id: masterKeyId }) =>
      noteSigner(name, { publicKey, privateKey: openSecret(this.keyring, signingKeyPlace(id), { wrapped, masterKeyId }) }),
    );
  }

  private async insert(tx: PlatformTx, name: string): Promise<VerifierKey> {
    const [id, pair] = [randomUUID(), newSigningPair()];
    const { wrapped, masterKeyId }: WrappedSecret = await wrapSecret(tx, this.keyring, signingKeyPlace(id), pair.privateKey);
    await tx.execute`
      INSERT INTO audit_signing_keys (id, name, public_key, wrapped_private_key, master_key_id)
      VALUES (${id}::uuid, ${name}, ${pair.publicKey}, ${wrapped}, ${masterKeyId})`;
    return verifierKey(name, pair.publicKey);
  }

  private changing<T>(work: (tx: PlatformTx) => Promise<T>): Promise<T> {
    return this.read(async (tx) => {
      await tx.execute`SELECT pg_advisory_xact_lock(${SIGNING_KEYS}::bigint)`;
      return work(tx);
    });
  }

  private read<T>(work: (tx: PlatformTx) => Promise<T>): Promise<T> {
    return this.database.acrossTenants('one signs for all tenants', work);
  }
}

/** The key of the advisory lock under which signing keys are made. */
const SIGNING_KEYS = 7_203_411_007;
