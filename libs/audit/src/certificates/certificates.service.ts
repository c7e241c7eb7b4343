import { Injectable } from '@nestjs/common';
import { type Caller, type CertificateId, type InstanceId, isId } from '#libs/contracts';
import { canonicalForm, Database, PositionedEntries, type StoredEntry, type TenantTx, Unavailable } from '#libs/platform';
import { Checkpoints } from '../checkpoints/checkpoints.js';
import type { SignedCheckpoint } from '../checkpoints/signed-checkpoint.js';
import { existenceStatement } from '../exports/statements.js';
import { SigningKeys } from '../keys/signing-keys.js';
import { readCheckpoint } from '../notes/checkpoint.js';
import { signNote } from '../notes/signed-note.js';
import { TreeReader } from '../tree/tree-reader.js';
import { inclusionNodes, inclusionProof } from '../tree/proofs.js';
import { CERTIFICATE_KIND, type CertificateFile, type ProvenEntry } from './certificate-file.js';
import { CertificateNotFound, ExistenceEnded } from './certificates.errors.js';
import { CertifiedInstancesRepository } from './certified-instances.repository.js';

/** What somebody outside can check of an instance: that it was destroyed, or that it is there. */
@Injectable()
export class AuditCertificates {
  constructor(
    private readonly database: Database,
    private readonly entries: PositionedEntries,
    private readonly instances: CertifiedInstancesRepository,
    private readonly checkpoints: Checkpoints,
    private readonly keys: SigningKeys,
    private readonly tree: TreeReader,
  ) {}

  /** @throws CertificateNotFound for what is foreign, unknown or no id at all; ExistenceEnded, Unavailable */
  async certify(caller: Caller, id: string): Promise<CertificateFile> {
    const isDestruction = isId('crt', id);
    const instanceId = await this.database.forCaller(caller, (tx) => (isDestruction ? this.instances.destroyed(tx, id) : this.instances.existing(tx, id)));
    if (!instanceId) throw new CertificateNotFound();
    const newest = await this.database.forCaller(caller, (tx) => this.entries.newest(tx));
    const checkpoint = await this.checkpoints.signedOver(caller.tenantId, newest);
    return isDestruction ? this.destruction(caller, instanceId, id, checkpoint) : this.existence(caller, instanceId, checkpoint);
  }

  private destruction(caller: Caller, instanceId: InstanceId, certificateId: CertificateId, checkpoint: SignedCheckpoint): Promise<CertificateFile> {
    return this.database.forCaller(caller, async (tx) => {
      const entries = await this.entries.ofInstance(tx, instanceId, checkpoint.size, ['instance.purged', 'instance.erased'], 2);
      if (entries.length === 0) throw new Unavailable('The entry of this removal is not in the tree yet.');
      return this.fileOf(tx, { about: 'destruction', instanceId, certificateId, statement: null }, entries, checkpoint);
    });
  }

  private async existence(caller: Caller, instanceId: InstanceId, checkpoint: SignedCheckpoint): Promise<CertificateFile> {
    const file = await this.database.forCaller(caller, async (tx) => {
      const [purged] = await this.entries.ofInstance(tx, instanceId, Number.MAX_SAFE_INTEGER, ['instance.purged'], 1);
      if (purged) throw new ExistenceEnded(purged.data['certificateId'] as CertificateId);
      const [created] = await this.entries.ofInstance(tx, instanceId, checkpoint.size, ['instance.created'], 1);
      const [newest] = await this.entries.ofInstance(tx, instanceId, checkpoint.size, null, 1);
      if (!created || !newest) throw new Unavailable('The creation of this instance is not in the tree yet.');
      return this.fileOf(tx, { about: 'existence', instanceId, certificateId: null, statement: null }, [created, newest], checkpoint);
    });
    const says = existenceStatement(readCheckpoint(checkpoint.note).origin, instanceId, checkpoint.size);
    return { ...file, statement: signNote(says, await this.keys.signers()) };
  }

  private async fileOf(tx: TenantTx, what: Pick<CertificateFile, 'about' | 'instanceId' | 'certificateId' | 'statement'>, entries: StoredEntry[], { size, note }: SignedCheckpoint): Promise<CertificateFile> {
    const hashOf = await this.tree.hashes(tx, entries.flatMap(({ position }) => inclusionNodes(position - 1, size)));
    const proven = entries.map((entry): ProvenEntry => {
      const proof = inclusionProof(entry.position - 1, size, hashOf).map((hash) => hash.toString('base64'));
      return { position: entry.position, canonical: canonicalForm(entry), proof };
    });
    return { kind: CERTIFICATE_KIND, tenantId: tx.tenantId, ...what, entries: proven, checkpoint: note };
  }
}
