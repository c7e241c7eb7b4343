import type { Tx } from '../database/tenant-tx.js';

/** The key of the advisory lock under which the current master key changes. */
const MASTER_KEY_GATE = 7_203_411_003;

/**
 * Taken, shared, by whatever wraps a data key, before the statement that asks which key is current, and until the transaction ends: so nothing is
 * wrapped under a key that has been replaced, and a rotation that has looked at every row has seen all there will ever be under an old one.
 */
export async function enterMasterKeyGate(tx: Pick<Tx, 'execute'>): Promise<void> {
  await tx.execute`SELECT pg_advisory_xact_lock_shared(${MASTER_KEY_GATE}::bigint)`;
}

/** Taken by who changes the current key: waits for those who are wrapping under the former one, and keeps others out until the transaction ends. */
export async function closeMasterKeyGate(tx: Pick<Tx, 'execute'>): Promise<void> {
  await tx.execute`SELECT pg_advisory_xact_lock(${MASTER_KEY_GATE}::bigint)`;
}
