import { Injectable } from '@nestjs/common';
import { isId, type NodeId } from '#libs/contracts';
import { decodeCursor, type Page, type PageQuery, pageOf } from '#libs/platform';
import { type NodeDto, toNodeDto } from './node.dto.js';
import { NodesRepository } from './nodes.repository.js';

const isNodeKey = (key: unknown[]): key is [NodeId] => key.length === 1 && typeof key[0] === 'string' && isId('nod', key[0]);

@Injectable()
export class NodesService {
  constructor(private readonly nodes: NodesRepository) {}

  async list({ cursor, limit }: PageQuery): Promise<Page<NodeDto>> {
    const after = decodeCursor(cursor, isNodeKey)?.[0] ?? null;
    return pageOf(await this.nodes.list(after, limit + 1), limit, toNodeDto, ({ id }) => [id]);
  }
}
