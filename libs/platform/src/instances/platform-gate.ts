import type { TenantTx, Tx } from '../database/tenant-tx.js';

/** The key of the advisory lock. Whoever stops everything takes it exclusively: from then on nothing is removed that did not see the switch. */
export const PLATFORM_GATE = 7_203_411_002;

/**
 * Taken first by whatever removes or archives by rule, before any other lock; shared, until the transaction ends. The switches in `platform_state`
 * are to be read after it, in a statement of their own.
 */
export async function enterPlatformGate(tx: TenantTx): Promise<void> {
  await tx.execute`SELECT pg_advisory_xact_lock_shared(${PLATFORM_GATE}::bigint)`;
}

/** Waits until nothing is being removed, and holds it up until the transaction ends: for whoever says that nothing is, from then on. Before any other lock. */
export async function shutPlatformGate(tx: Tx): Promise<void> {
  await tx.execute`SELECT pg_advisory_xact_lock(${PLATFORM_GATE}::bigint)`;
}
