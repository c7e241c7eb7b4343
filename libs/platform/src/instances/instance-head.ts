import { idFrom, type InstanceId, uuidOf } from '#libs/contracts';
import type { TenantTx } from '../database/tenant-tx.js';
import { InstanceNotFound } from './instance.errors.js';

export interface InstanceHead {
  /** Sequence number of the instance's newest journal entry. */
  seq: number;
  /** Bumped by a connection, a cancel, a restore and a hold release: schedules of an older cycle are void. */
  cycle: number;
}

/**
 * Locks the instance: the row every change of it is ordered by. Lock order everywhere: platform gate, tenant_retention, this, the rest.
 * Where the request insists on a version (`If-Match`), it is checked here: whoever changes an instance locks it.
 * @param present the version that is meant; of the instance itself unless something else of it is changed
 * @throws InstanceNotFound also for a foreign tenant's and the other environment's; VersionChanged
 */
export async function lockInstance(tx: TenantTx, instanceId: InstanceId, present = () => versionOf(tx, instanceId)): Promise<InstanceHead> {
  const [head] = await tx.query<{ seq: bigint; cycle: number }[]>`
    SELECT seq, cycle FROM instance_heads
    WHERE tenant_id = ${uuidOf(tx.tenantId)}::uuid AND instance_id = ${uuidOf(instanceId)}::uuid FOR UPDATE`;
  if (!head) throw new InstanceNotFound();
  tx.concerned.add(instanceId);
  await tx.precondition?.require(present);
  return { seq: Number(head.seq), cycle: head.cycle };
}

/** Locks those of these that nobody else holds, in one order and without waiting for any: never part of a deadlock. What is not there is left out. */
export async function lockFreeInstances(tx: TenantTx, instanceIds: InstanceId[]): Promise<Map<InstanceId, InstanceHead>> {
  const heads = await tx.query<{ instance_id: string; seq: bigint; cycle: number }[]>`
    SELECT instance_id, seq, cycle FROM instance_heads
    WHERE tenant_id = ${uuidOf(tx.tenantId)}::uuid AND instance_id = ANY(${instanceIds.map(uuidOf)}::uuid[])
    ORDER BY instance_id FOR UPDATE SKIP LOCKED`;
  return new Map(heads.map(({ instance_id, seq, cycle }) => [idFrom('ins', instance_id), { seq: Number(seq), cycle }]));
}

/** Of an instance that this transaction has locked. */
async function versionOf(tx: TenantTx, instanceId: InstanceId): Promise<number> {
  const [row] = await tx.query<{ version: number }[]>`
    SELECT version FROM instance_overview WHERE tenant_id = ${uuidOf(tx.tenantId)}::uuid AND id = ${uuidOf(instanceId)}::uuid`;
  return row!.version;
}

/** Starts a new cycle of an instance this transaction has locked. */
export async function nextCycle(tx: TenantTx, instanceId: InstanceId): Promise<number> {
  const [head] = await tx.query<{ cycle: number }[]>`
    UPDATE instance_heads SET cycle = cycle + 1
    WHERE tenant_id = ${uuidOf(tx.tenantId)}::uuid AND instance_id = ${uuidOf(instanceId)}::uuid RETURNING cycle`;
  if (!head) throw new InstanceNotFound();
  return head.cycle;
}

/** Whether this transaction can see the instance at all, also purged. */
export async function seesInstance(tx: TenantTx, instanceId: InstanceId): Promise<boolean> {
  const rows = await tx.query<unknown[]>`
    SELECT 1 FROM instance_heads WHERE tenant_id = ${uuidOf(tx.tenantId)}::uuid AND instance_id = ${uuidOf(instanceId)}::uuid`;
  return rows.length > 0;
}

/** @throws InstanceNotFound where this transaction cannot see it */
export async function requireInstance(tx: TenantTx, instanceId: InstanceId): Promise<void> {
  if (!(await seesInstance(tx, instanceId))) throw new InstanceNotFound();
}

/**
 * Whether this transaction can see the instance, and what it keeps is in its tables: not so while it is archived, and never again once it is purged.
 * @throws InstanceNotFound
 */
export async function isAtHand(tx: TenantTx, instanceId: InstanceId): Promise<boolean> {
  const [row] = await tx.query<{ at_hand: boolean }[]>`
    SELECT p.instance_id IS NOT NULL AND p.archive IS NULL AS at_hand
    FROM instance_heads h LEFT JOIN instance_payload p ON p.tenant_id = h.tenant_id AND p.instance_id = h.instance_id
    WHERE h.tenant_id = ${uuidOf(tx.tenantId)}::uuid AND h.instance_id = ${uuidOf(instanceId)}::uuid`;
  if (!row) throw new InstanceNotFound();
  return row.at_hand;
}
