import { Controller, Get, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { OperatorOnly, PageQuery } from '#libs/platform';
import { NodePageDto } from './node.dto.js';
import { NodesService } from './nodes.service.js';

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
}
