import { Controller, Get, HttpCode, Post, Query } from '@nestjs/common';
import { ApiAcceptedResponse, ApiNotFoundResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { NodeId } from '#libs/contracts';
import { ActsOutside, IdParam, OperatorOnly, PageQuery, ProblemDto } from '#libs/platform';
import { NodeNotFound } from './connections.errors.js';
import { NodeDto, NodePageDto } from './node.dto.js';
import { NodesService } from './nodes.service.js';

const NodeIdParam = () => IdParam('nod', () => new NodeNotFound());

@ApiTags('platform')
@OperatorOnly()
@Controller('v1/nodes')
export class NodesController {
  constructor(private readonly nodes: NodesService) {}

  @Get()
  @ApiOperation({ summary: 'The processes that hold sessions, oldest first' })
  listNodes(@Query() query: PageQuery): Promise<NodePageDto> {
    return this.nodes.list(query);
  }

  /** It takes no more, and hands over what others have room for, some twenty a second. It takes instances again when it is started anew. */
  @Post(':id/drain')
  @ActsOutside()
  @HttpCode(202)
  @ApiOperation({ summary: 'Have a process hand its sessions over to the others' })
  @ApiAcceptedResponse({ type: NodeDto })
  @ApiNotFoundResponse({ type: ProblemDto })
  drainNode(@NodeIdParam() id: NodeId): Promise<NodeDto> {
    return this.nodes.drain(id);
  }
}
