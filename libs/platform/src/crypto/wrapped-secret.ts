import type { Tx } from '../database/tenant-tx.js';
import type { Keyring } from './keyring.js';
import { enterMasterKeyGate } from './master-key-gate.js';
import { askForCurrentKey } from './master-key-state.js';

/** A key of the installation itself, under a master key. `keys rotate` has to know every table that has one. */
export interface WrappedSecret {
  wrapped: Uint8Array;
  masterKeyId: string;
}

/** Under the current master key; until the transaction ends no rotation begins. @throws MasterKeyMissing */
export async function wrapSecret(tx: Tx, keyring: Keyring, belongsTo: string, secret: Buffer): Promise<WrappedSecret> {
  await enterMasterKeyGate(tx);
  const key = await askForCurrentKey(tx, keyring);
  return { wrapped: key.wrap(belongsTo, secret), masterKeyId: key.id };
}

/** @throws MasterKeyMissing */
export function openSecret(keyring: Keyring, belongsTo: string, { wrapped, masterKeyId }: WrappedSecret): Buffer {
  return keyring.require(masterKeyId, 'It is').unwrap(belongsTo, wrapped);
}

/** What the private key of a row of `audit_signing_keys` is bound to. */
export const signingKeyPlace = (id: string): string => `audit-signing-key|${id}`;
