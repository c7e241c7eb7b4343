import { Injectable, Logger } from '@nestjs/common';
import { isId, type NodeId } from '#libs/contracts';
import { decodeCursor, type Page, type PageQuery, pageOf } from '#libs/platform';
import { NodeNotFound } from './connections.errors.js';
import { type NodeDto, toNodeDto } from './node.dto.js';
import { NodesRepository } from './nodes.repository.js';

const isNodeKey = (key: unknown[]): key is [NodeId] => key.length === 1 && typeof key[0] === 'string' && isId('nod', key[0]);

@Injectable()
export class NodesService {
  private readonly log = new Logger(NodesService.name);

  constructor(private readonly nodes: NodesRepository) {}

  async list({ cursor, limit }: PageQuery): Promise<Page<NodeDto>> {
    const after = decodeCursor(cursor, isNodeKey)?.[0] ?? null;
    return pageOf(await this.nodes.list(after, limit + 1), limit, toNodeDto, ({ id }) => [id]);
  }

  /** Safe to repeat. @throws NodeNotFound */
  async drain(id: NodeId): Promise<NodeDto> {
    await this.nodes.drain(id);
    const node = await this.nodes.find(id);
    if (!node) throw new NodeNotFound();
    this.log.log(`${node.name} (${id}) was told to hand over its sessions`);
    return toNodeDto(node);
  }
}
