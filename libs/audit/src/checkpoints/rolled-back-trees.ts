import { Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import { Database, Journal, type TenantTx } from '#libs/platform';
import { AuditHeadsRepository, type TreeHead } from '../sealing/audit-heads.repository.js';
import { TreeReader } from '../tree/tree-reader.js';
import { AUDIT } from './audit.actor.js';
import { CheckpointFile } from './checkpoint-file.js';
import { CheckpointsRepository } from './checkpoints.repository.js';
import type { RememberedCheckpoint } from './signed-checkpoint.js';

const BATCH = 500;

/**
 * Before anything is signed: what the file says was signed is compared with this database. Where the tree is shorter, or another, it is a restored
 * backup, and what follows is another log, so that none has two histories. A start that cannot compare fails.
 */
@Injectable()
export class RolledBackTrees implements OnModuleInit {
  private readonly log = new Logger('audit');

  constructor(
    private readonly database: Database,
    private readonly journal: Journal,
    private readonly file: CheckpointFile,
    private readonly checkpoints: CheckpointsRepository,
    private readonly heads: AuditHeadsRepository,
    private readonly tree: TreeReader,
  ) {}

  async onModuleInit(): Promise<void> {
    if (this.file.exists) await this.compare();
    else if (this.file.path !== null) await this.begin();
  }

  private async compare(): Promise<void> {
    const remembered = [...(await this.file.latest()).checkpoints.values()];
    for (let from = 0; from < remembered.length; from += BATCH) {
      const batch = remembered.slice(from, from + BATCH);
      const known = new Set(await this.checkpoints.known(batch.map(({ tenantId }) => tenantId)));
      for (const one of batch) if (known.has(one.tenantId)) await this.compareOne(one);
    }
  }

  private compareOne(remembered: RememberedCheckpoint): Promise<void> {
    return this.database.forTenant(remembered.tenantId, async (tx) => {
      const head = await this.lock(tx);
      if (await this.holds(tx, head, remembered)) return;
      await this.rollBack(tx, head, remembered);
    });
  }

  /** A file that is older than the database says nothing against it. */
  private async holds(tx: TenantTx, { range, generation }: TreeHead, remembered: RememberedCheckpoint): Promise<boolean> {
    if (remembered.generation !== generation) return remembered.generation < generation;
    return remembered.size <= range.size && (await this.tree.rootAt(tx, remembered.size)).equals(remembered.root);
  }

  private async rollBack(tx: TenantTx, { range }: TreeHead, { generation, size }: RememberedCheckpoint): Promise<void> {
    await this.checkpoints.beginGeneration(tx, generation + 1);
    await this.journal.appendOfTenant(tx, { type: 'audit.rolled_back', actor: AUDIT, data: { formerSize: size, formerGeneration: generation, size: range.size } });
    tx.afterCommit(() => this.log.warn(`${size} entries of ${tx.tenantId} had been signed, and the database has ${range.size}, or others, as a restored backup does: what follows is another log, of generation ${generation + 1}`));
  }

  /** Somebody who seals has it for moments only. */
  private async lock(tx: TenantTx): Promise<TreeHead> {
    await this.heads.wait(tx);
    return (await this.heads.lock(tx))!;
  }

  /** A file that is not there is written anew. What is signed meanwhile is appended by whoever signs it. */
  private async begin(): Promise<void> {
    await this.file.append([]);
    for await (const batch of this.checkpoints.latestOfAll(BATCH)) await this.file.append(batch);
  }
}
