import { randomBytes } from 'node:crypto';
import { type InstanceId, newId, type TenantId, uuidOf } from '#libs/contracts';
import { createTestDatabase, Superuser, type TestDatabase } from '#libs/testing';
import { InstanceKeys } from '../src/crypto/instance-keys.js';
import { Keyring } from '../src/crypto/keyring.js';
import { MasterKey } from '../src/crypto/master-key.js';
import { verifyMasterKey } from '../src/crypto/verify-master-key.js';
import { Database } from '../src/database/database.js';
import { DatabaseTarget } from '../src/database/database-target.js';
import { KeyRotation, type RotationListener } from '../src/key-rotation/key-rotation.js';

export interface SealedInstance {
  tenantId: TenantId;
  id: InstanceId;
  box: Buffer;
}

/** One process: a keyring of its own, and what it makes of it. */
export interface TestProcess {
  keyring: Keyring;
  keys: InstanceKeys;
}

const FIELD = 'what it keeps';

export const newMasterKey = (): MasterKey => new MasterKey(randomBytes(32));

/** Instances of several tenants with something sealed under each, and rotations of the key above them. */
export class RotationWorld {
  readonly superuser: Superuser;
  readonly database: Database;

  private constructor(private readonly store: TestDatabase) {
    this.superuser = new Superuser(store);
    this.database = new Database(new DatabaseTarget(store.url, 8));
  }

  static async start(): Promise<RotationWorld> {
    return new RotationWorld(await createTestDatabase());
  }

  /** As a start does it. */
  async process(...keys: MasterKey[]): Promise<TestProcess> {
    const keyring = new Keyring(keys);
    await verifyMasterKey(this.database, keyring);
    return { keyring, keys: new InstanceKeys(keyring) };
  }

  /** Another process with other keys that has been running for long: it has heard nothing. */
  running(...keys: MasterKey[]): TestProcess {
    const keyring = new Keyring(keys);
    return { keyring, keys: new InstanceKeys(keyring) };
  }

  create({ keys }: TestProcess, tenantId: TenantId): Promise<SealedInstance> {
    const id = newId('ins');
    return this.database.forTenant(tenantId, async (tx) => {
      await tx.execute`INSERT INTO instance_heads (tenant_id, instance_id, environment) VALUES (${uuidOf(tenantId)}::uuid, ${uuidOf(id)}::uuid, 'test')`;
      return { tenantId, id, box: (await keys.create(tx, id)).seal(FIELD, Buffer.from(id)) };
    });
  }

  createMany(process: TestProcess, tenantId: TenantId, count: number): Promise<SealedInstance[]> {
    return Promise.all(Array.from({ length: count }, () => this.create(process, tenantId)));
  }

  /** What was sealed at its creation, opened. */
  open({ keys }: TestProcess, { tenantId, id, box }: SealedInstance): Promise<string> {
    return this.database.forTenant(tenantId, async (tx) => (await keys.of(tx, id)).open(FIELD, box).toString());
  }

  async openAll(process: TestProcess, instances: SealedInstance[]): Promise<boolean> {
    const opened = await Promise.all(instances.map((instance) => this.open(process, instance)));
    return opened.every((text, n) => text === instances[n]!.id);
  }

  rotation({ keyring }: TestProcess, listener: Partial<RotationListener> = {}): KeyRotation {
    return new KeyRotation(this.database, keyring, { ...SILENT, ...listener });
  }

  async rotate(process: TestProcess): Promise<number> {
    const rotation = this.rotation(process);
    await rotation.begin({ mayMake: false, anyway: false });
    return (await rotation.complete()).moved;
  }

  /** The id of the master key of each row, by instance. */
  async keyIds(): Promise<Record<string, number>> {
    const rows = await this.superuser.look<{ id: string; n: number }>('SELECT master_key_id AS id, count(*)::int AS n FROM instance_payload GROUP BY 1');
    return Object.fromEntries(rows.map(({ id, n }) => [id, n]));
  }

  /** Everything of the rows but what wraps their keys. */
  untouched(): Promise<unknown[]> {
    return this.superuser.look('SELECT tenant_id, instance_id, archive FROM instance_payload ORDER BY 1, 2');
  }

  async close(): Promise<void> {
    await this.database.onApplicationShutdown();
    await this.superuser.end();
    await this.store.drop();
  }
}

const nothing = (): void => undefined;
const SILENT: RotationListener = { made: nothing, waiting: nothing, switched: nothing, moved: nothing, passedOver: nothing };
