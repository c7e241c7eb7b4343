import { Injectable } from '@nestjs/common';
import type { TenantId } from '#libs/contracts';
import { Clock, Database, Journal, type TenantTx } from '#libs/platform';
import { formatCheckpoint } from '../notes/checkpoint.js';
import type { NoteSigner } from '../notes/note-signer.js';
import { formatOrigin } from '../notes/origin.js';
import { signNote } from '../notes/signed-note.js';
import { AuditHeadsRepository, type TreeHead } from '../sealing/audit-heads.repository.js';
import { AUDIT } from './audit.actor.js';
import { CheckpointFile } from './checkpoint-file.js';
import { CheckpointsRepository } from './checkpoints.repository.js';
import type { SignedCheckpoint } from './signed-checkpoint.js';

/** Signs the tree of a tenant as it stands: over leaves that are committed, under the lock of its head, and on the disk before anybody can read it. */
@Injectable()
export class CheckpointSigner {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly journal: Journal,
    private readonly heads: AuditHeadsRepository,
    private readonly checkpoints: CheckpointsRepository,
    private readonly file: CheckpointFile,
  ) {}

  /** False: somebody else is at the tree, or all of it is signed. Tried again it may leave two lines in the file that say the same. */
  sign(tenantId: TenantId, signers: readonly NoteSigner[]): Promise<boolean> {
    return this.database.forTenant(tenantId, async (tx) => {
      const head = await this.heads.lock(tx);
      if (!head || head.range.size <= head.signedSize) return false;
      const checkpoint = this.write(tx, head, signers, await this.clock.now(tx));
      await this.checkpoints.enterFile(tx);
      if (this.file.path !== null) await this.file.append([checkpoint]);
      await this.checkpoints.insert(tx, checkpoint);
      await this.journal.appendOfTenant(tx, { type: 'audit.checkpoint_signed', actor: AUDIT, data: { size: checkpoint.size, keyIds: signers.map(({ key }) => key.id) } });
      return true;
    });
  }

  private write(tx: TenantTx, { range, generation }: TreeHead, signers: readonly NoteSigner[], signedAt: Date): SignedCheckpoint {
    const [{ key }] = signers as [NoteSigner];
    const [size, root] = [range.size, range.root()];
    const text = formatCheckpoint({ origin: formatOrigin({ keyName: key.name, tenantId: tx.tenantId, generation }), size, root });
    return { generation, size, root, note: signNote(text, signers), signedAt };
  }
}
