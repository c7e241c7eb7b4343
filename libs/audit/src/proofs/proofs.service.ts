import { Injectable } from '@nestjs/common';
import type { Caller } from '#libs/contracts';
import { Database, decodeCursor, InvalidRequest, type PageQuery, pageOf, type TenantTx } from '#libs/platform';
import { CheckpointsRepository } from '../checkpoints/checkpoints.repository.js';
import type { SignedCheckpoint } from '../checkpoints/signed-checkpoint.js';
import type { SignedSize } from '../exports/export-source.js';
import { TreeReader } from '../tree/tree-reader.js';
import { consistencyNodes, consistencyProof, inclusionNodes, inclusionProof } from '../tree/proofs.js';
import type { CheckpointPageDto, ProofDto, ProofQuery } from './proof.dto.js';

const isCheckpointKey = (key: unknown[]): key is ['checkpoint', number, number] => key.length === 3 && key[0] === 'checkpoint' && key.slice(1).every(Number.isSafeInteger);
const fault = (pointer: string, detail: string): InvalidRequest => new InvalidRequest([{ pointer, detail }]);

/** What was signed, and that one thing leads to another. Hashes tell nothing: a key sees those of both environments. */
@Injectable()
export class AuditProofs {
  constructor(
    private readonly database: Database,
    private readonly signed: CheckpointsRepository,
    private readonly tree: TreeReader,
  ) {}

  async checkpoints(caller: Caller, { cursor, limit }: PageQuery): Promise<CheckpointPageDto> {
    const key = decodeCursor(cursor, isCheckpointKey);
    const after = key && { generation: key[1], size: key[2] };
    const rows = await this.database.forCaller(caller, (tx) => this.signed.list(tx, after, limit + 1));
    return pageOf(rows, limit, toDto, ({ generation, size }) => ['checkpoint', generation, size]);
  }

  /** @throws InvalidRequest, which names the parameter */
  prove(caller: Caller, { position, size, from, to }: ProofQuery): Promise<ProofDto> {
    if (position !== undefined && (from ?? to) !== undefined) throw fault(from === undefined ? '/to' : '/from', 'is of a proof of consistency, and `position` of one of inclusion: ask for one of them');
    if (position !== undefined) return this.database.forCaller(caller, (tx) => this.inclusion(tx, position, size));
    if (from !== undefined && size === undefined) return this.database.forCaller(caller, (tx) => this.consistency(tx, from, to));
    throw from === undefined ? fault('/position', 'is wanted, or `from`: of what is the proof to be?') : fault('/size', 'is of a proof of inclusion; one of consistency leads to `to`');
  }

  async inclusion(tx: TenantTx, position: number, wanted?: number): Promise<ProofDto> {
    const { size, note } = await this.checkpoint(tx, '/size', wanted);
    if (position > size) throw fault('/position', `is beyond the tree of that checkpoint, which has ${size} entries`);
    const nodes = inclusionNodes(position - 1, size);
    const hashOf = await this.tree.hashes(tx, [...nodes, { level: 0, index: position - 1 }]);
    const leaf = hashOf({ level: 0, index: position - 1 }).toString('base64');
    return { kind: 'inclusion', position, leaf, from: null, size, proof: inclusionProof(position - 1, size, hashOf).map(toBase64), checkpoint: note };
  }

  private async consistency(tx: TenantTx, from: number, to?: number): Promise<ProofDto> {
    const { size, note } = await this.checkpoint(tx, '/to', to);
    if (from > size) throw fault('/from', `is beyond the tree of that checkpoint, which has ${size} entries`);
    const hashOf = await this.tree.hashes(tx, consistencyNodes(from, size));
    return { kind: 'consistency', position: null, leaf: null, from, size, proof: consistencyProof(from, size, hashOf).map(toBase64), checkpoint: note };
  }

  private async checkpoint(tx: TenantTx, pointer: string, size?: number): Promise<SignedSize> {
    const found = size === undefined ? await this.signed.newest(tx) : (await this.signed.between(tx, size, size))[0];
    if (!found) throw fault(pointer, size === undefined ? 'cannot be left out yet: nothing has been signed' : 'is the size of no checkpoint: GET /v1/audit/checkpoints lists them');
    return found;
  }
}

const toBase64 = (hash: Buffer): string => hash.toString('base64');

function toDto({ size, generation, root, note, signedAt }: SignedCheckpoint): CheckpointPageDto['data'][number] {
  return { size, generation, root: toBase64(root), note, signedAt: signedAt.toISOString() };
}
