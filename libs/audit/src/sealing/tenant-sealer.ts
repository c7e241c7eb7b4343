import { Injectable } from '@nestjs/common';
import type { TenantId } from '#libs/contracts';
import { Database, JournalReader, type TenantTx, Unsealed } from '#libs/platform';
import { AuditHeadsRepository, type TreeHead } from './audit-heads.repository.js';
import { extendTree } from './extend-tree.js';
import { SealingFault } from './sealing-fault.js';
import { TreeNodesRepository } from './tree-nodes.repository.js';

export interface Sealed {
  entries: number;
  /** for how long the first of them had waited */
  seconds: number;
}

const BATCH = 1_000;
const NOTHING: Sealed = { entries: 0, seconds: 0 };
/** A checkpoint over nothing but the entry of the last one would lead to the next. */
const TELLS_OF_A_CHECKPOINT = 'audit.checkpoint_signed';

/** Appends what a tenant's journal has to its tree, under the lock of the tree's head. Safe to run twice, and anywhere at once. */
@Injectable()
export class TenantSealer {
  constructor(
    private readonly database: Database,
    private readonly journal: JournalReader,
    private readonly unsealed: Unsealed,
    private readonly heads: AuditHeadsRepository,
    private readonly nodes: TreeNodesRepository,
  ) {}

  /** One batch. Nothing when somebody else is at it. @throws SealingFault */
  seal(tenantId: TenantId): Promise<Sealed> {
    return this.database.forTenant(tenantId, async (tx) => {
      const head = await this.heads.lock(tx);
      return head ? this.extend(tx, head) : NOTHING;
    });
  }

  private async extend(tx: TenantTx, { range }: TreeHead): Promise<Sealed> {
    const waiting = await this.unsealed.waiting(tx);
    if (!waiting) return NOTHING;
    const entries = await this.journal.stored(tx, range.size, BATCH);
    const nodes = extendTree(range, entries);
    const isAll = entries.length < BATCH;
    if (isAll && range.size < waiting.position) throw new SealingFault(`position ${range.size + 1} has no entry in the journal`);
    const done = [this.unsealed.sealed(tx, range.size, isAll ? waiting.lookedAt : null)];
    if (entries.length > 0) done.unshift(this.nodes.insert(tx, nodes), this.heads.grow(tx, range, entries.some(({ type }) => type !== TELLS_OF_A_CHECKPOINT)));
    await Promise.all(done);
    return { entries: entries.length, seconds: waiting.seconds };
  }
}
