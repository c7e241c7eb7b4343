import type { InstanceId, TenantId } from '#libs/contracts';
import { type Database, InstanceKeys, type Keyring, type TenantTx } from '#libs/platform';
import { type Comparison, compareStates } from './compare-states.js';
import { PresentInstancesRepository } from './present-instances.repository.js';
import { NOT_BEGUN, type Replayed, replayOn } from './replay.js';
import { ReplayedEntriesRepository } from './replayed-entries.repository.js';
import { ReplayedTenantsRepository } from './replayed-tenants.repository.js';

export interface ComparedInstance {
  tenantId: TenantId;
  instanceId: InstanceId;
  /** none: the journal gives its present state; null: the journal knows nothing of it */
  comparison: Comparison;
}

const BATCH = 200;

/**
 * The journal of every instance replayed, and compared with what the tables have. It only reads. Each batch is seen as of one moment, so that an
 * installation at work may go on: nothing is between an entry and what it tells, and no look holds on to the past for long.
 */
export class JournalReplay {
  private readonly tenants: ReplayedTenantsRepository;
  private readonly present = new PresentInstancesRepository();

  constructor(
    private readonly database: Database,
    private readonly keyring: Keyring,
  ) {
    this.tenants = new ReplayedTenantsRepository(database);
  }

  async *ofAll(): AsyncGenerator<ComparedInstance> {
    for await (const tenantId of this.tenants.all()) yield* this.of(tenantId);
  }

  async *of(tenantId: TenantId): AsyncGenerator<ComparedInstance> {
    let batch: ComparedInstance[];
    let last: InstanceId | null = null;
    do {
      batch = await this.compare(tenantId, last);
      yield* batch;
      last = batch.at(-1)?.instanceId ?? last;
    } while (batch.length === BATCH);
  }

  private compare(tenantId: TenantId, after: InstanceId | null): Promise<ComparedInstance[]> {
    return this.database.snapshotForTenant(tenantId, async (tx) => {
      const instanceIds = await this.present.known(tx, after, BATCH);
      if (instanceIds.length === 0) return [];
      const present = await this.present.of(tx, instanceIds);
      const replayed = await this.replay(tx, instanceIds);
      return instanceIds.map((instanceId) => ({ tenantId, instanceId, comparison: compareStates(replayed.get(instanceId) ?? NOT_BEGUN, present.get(instanceId) ?? null) }));
    });
  }

  /** Of an instance with however many entries, one state at a time is kept. */
  private async replay(tx: TenantTx, instanceIds: InstanceId[]): Promise<Map<InstanceId, Replayed>> {
    const entries = new ReplayedEntriesRepository(new InstanceKeys(this.keyring));
    const replayed = new Map<InstanceId, Replayed>();
    for await (const [instanceId, entry] of entries.between(tx, instanceIds[0]!, instanceIds.at(-1)!, instanceIds)) {
      replayed.set(instanceId, replayOn(replayed.get(instanceId) ?? NOT_BEGUN, entry));
    }
    return replayed;
  }
}
