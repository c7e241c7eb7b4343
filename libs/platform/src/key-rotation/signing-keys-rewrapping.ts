import type { Keyring } from '../crypto/keyring.js';
import type { MasterKey } from '../crypto/master-key.js';
import { openSecret, signingKeyPlace } from '../crypto/wrapped-secret.js';
import type { PlatformTx } from '../database/tenant-tx.js';

interface SigningKeyRow {
  id: string;
  wrapped_private_key: Uint8Array;
  master_key_id: string;
}

/** Wraps the private keys that sign checkpoints under another master key: few, and of no tenant. Inside the master key's gate. Safe to run twice. */
export async function rewrapSigningKeys(tx: PlatformTx, keyring: Keyring, target: MasterKey): Promise<void> {
  const rows = await tx.query<SigningKeyRow[]>`
    SELECT id, wrapped_private_key, master_key_id FROM audit_signing_keys WHERE master_key_id <> ${target.id} ORDER BY id FOR NO KEY UPDATE`;
  for (const { id, wrapped_private_key: wrapped, master_key_id: masterKeyId } of rows) {
    const secret = openSecret(keyring, signingKeyPlace(id), { wrapped, masterKeyId });
    const fresh = target.wrap(signingKeyPlace(id), secret);
    if (!target.unwrap(signingKeyPlace(id), fresh).equals(secret)) throw new Error('A signing key was not the same after it had been wrapped');
    await tx.execute`UPDATE audit_signing_keys SET wrapped_private_key = ${fresh}, master_key_id = ${target.id} WHERE id = ${id}::uuid`;
  }
}
