import { randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { idFrom, type InstanceId, type TenantSql, uuidOf } from '#libs/contracts';
import { DataKey } from './data-key.js';
import { InstanceKeyMissing, InstanceKeyUnreadable } from './instance-key.errors.js';
import { Keyring } from './keyring.js';
import type { MasterKey } from './master-key.js';
import { enterMasterKeyGate } from './master-key-gate.js';
import { askForCurrentKey } from './master-key-state.js';

type Wanted = Map<InstanceId, Promise<DataKey | null>>;

interface WrappedRow {
  instance_id: string;
  wrapped_key: Uint8Array;
  master_key_id: string;
}

/**
 * The data keys of instances: made at creation, wrapped by the master key, destroyed by a purge.
 * Remembered for one transaction and no longer: a key whose row is gone opens nothing, in no process. Who works on behalf of a session that
 * runs, and has its key anyway, may seal with it as long as the row is there: see `held`.
 */
@Injectable()
export class InstanceKeys {
  private readonly found = new WeakMap<TenantSql, Wanted>();
  private readonly inHands = new Map<InstanceId, WeakRef<DataKey>>();
  private readonly dropped = new FinalizationRegistry<InstanceId>((instanceId) => void (this.held(instanceId) ?? this.inHands.delete(instanceId)));

  constructor(private readonly keyring: Keyring) {}

  /** @throws MasterKeyMissing when the database goes by a master key that this process does not have */
  async create(tx: TenantSql, instanceId: InstanceId): Promise<DataKey> {
    const plain = randomBytes(32);
    const key = new DataKey(plain, belongsTo(tx, instanceId));
    // before the statements are answered: what it seals goes out together with them
    this.foundIn(tx).set(instanceId, Promise.resolve(key));
    const [, inserted] = await Promise.all([enterMasterKeyGate(tx), this.insert(tx, instanceId, plain, this.keyring.current)]);
    // a rotation has begun since this process last heard of the current key
    if (!inserted) await this.insert(tx, instanceId, plain, await askForCurrentKey(tx, this.keyring));
    return key;
  }

  /** @throws InstanceKeyMissing when the instance is unknown or was purged; MasterKeyMissing, InstanceKeyUnreadable */
  async of(tx: TenantSql, instanceId: InstanceId): Promise<DataKey> {
    const key = await this.find(tx, instanceId);
    if (!key) throw new InstanceKeyMissing(instanceId);
    return key;
  }

  /** Null when the key was destroyed: what it sealed cannot be read any more. @throws MasterKeyMissing, InstanceKeyUnreadable */
  find(tx: TenantSql, instanceId: InstanceId): Promise<DataKey | null> {
    const known = this.foundIn(tx);
    const wanted = known.get(instanceId) ?? this.read(tx, instanceId);
    known.set(instanceId, wanted);
    return wanted;
  }

  /** Of a session that runs from now on: it can be found for as long as the session has it. */
  hold(instanceId: InstanceId, key: DataKey): void {
    this.inHands.set(instanceId, new WeakRef(key));
    this.dropped.register(key, instanceId);
  }

  /**
   * The key of a session that runs in this process, without asking. Only to seal, and only in a statement that writes nothing unless
   * the row of the key is there and stays until the commit: what is sealed after a purge could be read by nobody.
   */
  held(instanceId: InstanceId): DataKey | undefined {
    return this.inHands.get(instanceId)?.deref();
  }

  /** The keys that are still there, in one query. @throws MasterKeyMissing, InstanceKeyUnreadable */
  async findAll(tx: TenantSql, instanceIds: InstanceId[]): Promise<Map<InstanceId, DataKey>> {
    const rows = await tx.query<WrappedRow[]>`
      SELECT instance_id, wrapped_key, master_key_id FROM instance_payload
      WHERE tenant_id = ${uuidOf(tx.tenantId)}::uuid AND instance_id = ANY(${instanceIds.map(uuidOf)}::uuid[])`;
    return new Map(rows.map((row) => this.unwrap(tx, row)));
  }

  /** False when that master key is not the current one. */
  private async insert(tx: TenantSql, instanceId: InstanceId, plain: Buffer, master: MasterKey): Promise<boolean> {
    const inserted = await tx.execute`
      INSERT INTO instance_payload (tenant_id, instance_id, wrapped_key, master_key_id)
      SELECT ${uuidOf(tx.tenantId)}::uuid, ${uuidOf(instanceId)}::uuid, ${master.wrap(belongsTo(tx, instanceId), plain)}::bytea, master_key_id
      FROM platform_state WHERE master_key_id = ${master.id}`;
    return inserted > 0;
  }

  private async read(tx: TenantSql, instanceId: InstanceId): Promise<DataKey | null> {
    return (await this.findAll(tx, [instanceId])).get(instanceId) ?? null;
  }

  private unwrap(tx: TenantSql, row: WrappedRow): [InstanceId, DataKey] {
    const instanceId = idFrom('ins', row.instance_id);
    const owner = belongsTo(tx, instanceId);
    const master = this.keyring.require(row.master_key_id, `The data key of ${instanceId} is`);
    return [instanceId, new DataKey(unwrapWith(master, owner, row.wrapped_key, instanceId), owner)];
  }

  private foundIn(tx: TenantSql): Wanted {
    const known = this.found.get(tx) ?? new Map<InstanceId, Promise<DataKey | null>>();
    this.found.set(tx, known);
    return known;
  }
}

const belongsTo = ({ tenantId }: TenantSql, instanceId: InstanceId): string => `${tenantId}|${instanceId}`;

function unwrapWith(master: MasterKey, owner: string, wrapped: Uint8Array, instanceId: InstanceId): Buffer {
  try {
    return master.unwrap(owner, wrapped);
  } catch (cause) {
    throw new InstanceKeyUnreadable(instanceId, master.id, { cause });
  }
}
