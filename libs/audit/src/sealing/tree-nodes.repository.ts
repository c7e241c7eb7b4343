import { Injectable } from '@nestjs/common';
import { uuidOf } from '#libs/contracts';
import type { TenantTx } from '#libs/platform';
import type { NodeId } from '../tree/ranges.js';

export interface TreeNode extends NodeId {
  hash: Buffer;
}

/** So many of a level, side by side. */
export interface NodeSpan {
  level: number;
  first: number;
  count: number;
}

/** The hashes of a tenant's tree that are kept: leaves, and subtrees of every eighth level. Never changed. */
@Injectable()
export class TreeNodesRepository {
  async insert(tx: TenantTx, nodes: readonly TreeNode[]): Promise<void> {
    const [levels, indexes, hashes] = [nodes.map(({ level }) => level), nodes.map(({ index }) => index), nodes.map(({ hash }) => hash)];
    await tx.execute`
      INSERT INTO audit_nodes (tenant_id, level, index, hash)
      SELECT ${uuidOf(tx.tenantId)}::uuid, * FROM unnest(${levels}::smallint[], ${indexes}::bigint[], ${hashes}::bytea[])`;
  }

  /** Of each span its hashes in order. One that is not there is missing from its span. */
  async read(tx: TenantTx, spans: readonly NodeSpan[]): Promise<Buffer[][]> {
    const [levels, firsts, counts] = [spans.map(({ level }) => level), spans.map(({ first }) => first), spans.map(({ count }) => count)];
    // the limit keeps each span a look into the index: as a join, the planner may read the whole tree
    const rows = await tx.query<{ n: number; hash: Buffer }[]>`
      SELECT span.n::int AS n, node.hash FROM unnest(${levels}::smallint[], ${firsts}::bigint[], ${counts}::bigint[]) WITH ORDINALITY AS span (level, first, count, n)
      CROSS JOIN LATERAL (
        SELECT index, hash FROM audit_nodes WHERE tenant_id = ${uuidOf(tx.tenantId)}::uuid AND level = span.level
          AND index >= span.first AND index < span.first + span.count ORDER BY index LIMIT span.count) AS node
      ORDER BY span.n, node.index`;
    const found: Buffer[][] = spans.map(() => []);
    for (const { n, hash } of rows) found[n - 1]!.push(hash);
    return found;
  }
}
