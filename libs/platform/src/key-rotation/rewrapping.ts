import type { InstanceId, TenantId } from '#libs/contracts';
import type { Keyring } from '../crypto/keyring.js';
import type { MasterKey } from '../crypto/master-key.js';
import { enterMasterKeyGate } from '../crypto/master-key-gate.js';
import type { Database } from '../database/database.js';
import type { TenantTx } from '../database/tenant-tx.js';
import { StartError } from '../start-error.js';
import type { WrappedKey, WrappedKeysRepository, WrappedPlace } from './wrapped-keys.repository.js';

/** What one walk over all rows has done. */
export interface Walk {
  moved: number;
  /** somebody else was changing them, or they are gone by now: the next walk will tell */
  passedOver: number;
  /** and why each of them cannot be moved */
  unreadable: Map<InstanceId, string>;
}

const PAGE = 1_000;
const BATCH = 100;

/**
 * Wraps data keys anew under another master key: the key inside stays the same, and so does everything it has sealed. Each batch is a short
 * transaction of one tenant. Safe to end at any point, to run twice and in several processes at once; a purged row stays gone.
 */
export class Rewrapping {
  constructor(
    private readonly database: Database,
    private readonly keys: WrappedKeysRepository,
    private readonly keyring: Keyring,
  ) {}

  /** @throws StartError when the current master key is not `target` any more */
  async walk(target: MasterKey, onMoved: (count: number) => void): Promise<Walk> {
    const walk: Walk = { moved: 0, passedOver: 0, unreadable: new Map() };
    let page = await this.keys.page(null, PAGE);
    while (page.length > 0) {
      for (const batch of batchesOf(page.filter(({ masterKeyId }) => masterKeyId !== target.id))) {
        const { moved, unreadable } = await this.move(batch, target);
        walk.moved += moved;
        walk.passedOver += batch.length - moved - unreadable.size;
        for (const [id, why] of unreadable) walk.unreadable.set(id, why);
        onMoved(moved);
      }
      page = await this.keys.page(page.at(-1)!, PAGE);
    }
    return walk;
  }

  private move(batch: WrappedPlace[], target: MasterKey): Promise<Pick<Walk, 'moved' | 'unreadable'>> {
    const [{ tenantId } = { tenantId: null }] = batch;
    return this.database.forTenant(tenantId!, async (tx) => {
      await enterMasterKeyGate(tx);
      await requireCurrent(tx, target);
      const unreadable: Walk['unreadable'] = new Map();
      const moved: WrappedKey[] = [];
      for (const key of await this.keys.lock(tx, batch.map(({ instanceId }) => instanceId), target.id)) {
        try {
          moved.push(this.rewrap(tx.tenantId, key, target));
        } catch (error) {
          unreadable.set(key.instanceId, (error as Error).message);
        }
      }
      await this.keys.move(tx, moved);
      return { moved: moved.length, unreadable };
    });
  }

  /** Nothing replaces a wrapped key that was not opened again before. */
  private rewrap(tenantId: TenantId, { instanceId, wrapped, masterKeyId }: WrappedKey, target: MasterKey): WrappedKey {
    const belongsTo = `${tenantId}|${instanceId}`;
    const plain = this.keyring.require(masterKeyId, 'it is').unwrap(belongsTo, wrapped);
    const fresh = target.wrap(belongsTo, plain);
    if (!target.unwrap(belongsTo, fresh).equals(plain)) throw new Error('it was not the same after it had been wrapped');
    return { instanceId, wrapped: fresh, masterKeyId: target.id };
  }
}

/** Rows of one tenant each, as they lie. */
function batchesOf(places: WrappedPlace[]): WrappedPlace[][] {
  const batches: WrappedPlace[][] = [];
  for (const place of places) {
    const last = batches.at(-1);
    if (last && last.length < BATCH && last[0]!.tenantId === place.tenantId) last.push(place);
    else batches.push([place]);
  }
  return batches;
}

async function requireCurrent(tx: TenantTx, { id }: MasterKey): Promise<void> {
  const [state] = await tx.query<{ master_key_id: string }[]>`SELECT master_key_id FROM platform_state`;
  if (state!.master_key_id !== id) throw overtaken(state!.master_key_id);
}

export const overtaken = (by: string | null): StartError =>
  new StartError(`Another rotation, to the master key ${by}, has begun meanwhile.`, 'It moves what this one has left; put its key first everywhere.');
