import { Injectable } from '@nestjs/common';
import type { TenantTx } from '#libs/platform';
import { AuditHeadsRepository } from '../sealing/audit-heads.repository.js';
import { storedBelow } from '../sealing/stored-levels.js';
import { type NodeSpan, TreeNodesRepository } from '../sealing/tree-nodes.repository.js';
import { EMPTY_ROOT, nodeHash } from './hashing.js';
import { type HashOf, hashOfRange, type NodeId, subtreesOf } from './ranges.js';

/** Reads a tenant's tree: what is not kept of it is computed from what is. */
@Injectable()
export class TreeReader {
  constructor(
    private readonly heads: AuditHeadsRepository,
    private readonly nodes: TreeNodesRepository,
  ) {}

  /** How many leaves it has. */
  async size(tx: TenantTx): Promise<number> {
    return (await this.heads.read(tx))?.range.size ?? 0;
  }

  /** The hashes of these subtrees, in one query. @throws Error where the tree does not reach that far, or lacks one */
  async hashes(tx: TenantTx, ids: readonly NodeId[]): Promise<HashOf> {
    const wanted = new Map(ids.map((id) => [nameOf(id), id]));
    const found = await this.nodes.read(tx, [...wanted.values()].map(spanOf));
    const hashes = new Map([...wanted].map(([name, id], n) => [name, hashOver(found[n]!, id)]));
    return (id) => hashes.get(nameOf(id)) ?? raise(new Error(`The subtree ${nameOf(id)} was not asked for`));
  }

  /** The root that the tree had at this size. @throws Error as above */
  async rootAt(tx: TenantTx, size: number): Promise<Buffer> {
    if (size === 0) return EMPTY_ROOT;
    const whole = { from: 0, to: size };
    return hashOfRange(whole, await this.hashes(tx, subtreesOf(whole)));
  }
}

function spanOf({ level, index }: NodeId): NodeSpan {
  const below = storedBelow(level);
  const count = 2 ** (level - below);
  return { level: below, first: index * count, count };
}

function hashOver(parts: Buffer[], id: NodeId): Buffer {
  const { count } = spanOf(id);
  if (parts.length !== count) throw new Error(`The subtree ${nameOf(id)} is not in the tree: ${count - parts.length} of ${count} hashes are missing`);
  let hashes = parts;
  while (hashes.length > 1) hashes = pairs(hashes);
  return hashes[0]!;
}

const pairs = (hashes: Buffer[]): Buffer[] => Array.from({ length: hashes.length / 2 }, (_, n) => nodeHash(hashes[2 * n]!, hashes[2 * n + 1]!));

const nameOf = ({ level, index }: NodeId): string => `${level}/${index}`;

function raise(error: Error): never {
  throw error;
}
