import { ApiProperty } from '@nestjs/swagger';
import type { Node } from './nodes.repository.js';

export class NodeDto {
  /** As `ownerNode` of a connection names it @example "nod_01h455vb4pex5vsknk084sn02q" */
  id!: string;

  /** host:pid @example "worker-1:4711" */
  name!: string;

  /** Whether its lease holds; the instances of one that is not alive are taken over @example true */
  alive!: boolean;

  /** It takes no more instances and hands over those it has @example false */
  draining!: boolean;

  /** How many instances it owns @example 120 */
  @ApiProperty({ type: 'integer' })
  instances!: number;

  /** How many it takes at most @example 500 */
  @ApiProperty({ type: 'integer' })
  capacity!: number;

  /** @example "2026-11-23T10:00:00.000Z" */
  startedAt!: string;

  /** @example "2026-11-23T10:00:12.000Z" */
  leaseUntil!: string;
}

export class NodePageDto {
  data!: NodeDto[];

  /** null on the last page */
  nextCursor!: string | null;
}

export function toNodeDto({ startedAt, leaseUntil, ...node }: Node): NodeDto {
  return { ...node, startedAt: startedAt.toISOString(), leaseUntil: leaseUntil.toISOString() };
}
