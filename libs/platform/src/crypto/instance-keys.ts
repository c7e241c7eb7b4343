import { randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { idFrom, type InstanceId, type TenantSql, uuidOf } from '#libs/contracts';
import { DataKey } from './data-key.js';
import { InstanceKeyMissing } from './instance-key.errors.js';
import { MasterKey } from './master-key.js';

type Wanted = Map<InstanceId, Promise<DataKey | null>>;

/**
 * The data keys of instances: made at creation, wrapped by the master key, destroyed by a purge.
 * Remembered for one transaction and no longer: a key whose row is gone opens nothing, in no process.
 */
@Injectable()
export class InstanceKeys {
  private readonly found = new WeakMap<TenantSql, Wanted>();

  constructor(private readonly master: MasterKey) {}

  async create(tx: TenantSql, instanceId: InstanceId): Promise<DataKey> {
    const belongsTo = `${tx.tenantId}|${instanceId}`;
    const plain = randomBytes(32);
    const key = new DataKey(plain, belongsTo);
    // before the statement is answered: what it seals goes out together with it
    this.foundIn(tx).set(instanceId, Promise.resolve(key));
    await tx.execute`
      INSERT INTO instance_payload (tenant_id, instance_id, wrapped_key, master_key_id)
      VALUES (${uuidOf(tx.tenantId)}::uuid, ${uuidOf(instanceId)}::uuid, ${this.master.wrap(belongsTo, plain)}, ${this.master.id})`;
    return key;
  }

  /** @throws InstanceKeyMissing when the instance is unknown or was purged */
  async of(tx: TenantSql, instanceId: InstanceId): Promise<DataKey> {
    const key = await this.find(tx, instanceId);
    if (!key) throw new InstanceKeyMissing(instanceId);
    return key;
  }

  /** Null when the key was destroyed: what it sealed cannot be read any more. */
  find(tx: TenantSql, instanceId: InstanceId): Promise<DataKey | null> {
    const known = this.foundIn(tx);
    const wanted = known.get(instanceId) ?? this.read(tx, instanceId);
    known.set(instanceId, wanted);
    return wanted;
  }

  /** The keys that are still there, in one query. */
  async findAll(tx: TenantSql, instanceIds: InstanceId[]): Promise<Map<InstanceId, DataKey>> {
    const rows = await tx.query<{ instance_id: string; wrapped_key: Uint8Array }[]>`
      SELECT instance_id, wrapped_key FROM instance_payload
      WHERE tenant_id = ${uuidOf(tx.tenantId)}::uuid AND instance_id = ANY(${instanceIds.map(uuidOf)}::uuid[])`;
    return new Map(rows.map((row) => this.unwrap(tx, idFrom('ins', row.instance_id), row.wrapped_key)));
  }

  private async read(tx: TenantSql, instanceId: InstanceId): Promise<DataKey | null> {
    return (await this.findAll(tx, [instanceId])).get(instanceId) ?? null;
  }

  private unwrap({ tenantId }: TenantSql, instanceId: InstanceId, wrapped: Uint8Array): [InstanceId, DataKey] {
    const belongsTo = `${tenantId}|${instanceId}`;
    return [instanceId, new DataKey(this.master.unwrap(belongsTo, wrapped), belongsTo)];
  }

  private foundIn(tx: TenantSql): Wanted {
    const known = this.found.get(tx) ?? new Map<InstanceId, Promise<DataKey | null>>();
    this.found.set(tx, known);
    return known;
  }
}
