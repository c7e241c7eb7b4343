import { Body, Controller, Get, HttpCode, Patch, Post, Query } from '@nestjs/common';
import { ApiConflictResponse, ApiNotFoundResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Caller, InstanceId } from '#libs/contracts';
import { CurrentCaller, InstanceIdParam, ProblemDto, Scopes, Versioned } from '#libs/platform';
import { CreateInstanceDto, InstanceDto, InstancePageDto, ListInstancesQuery, PatchInstanceDto } from './instance.dto.js';
import { InstanceCreation } from './instance-creation.service.js';
import { InstanceViews } from './instance-views.js';
import { InstancesService } from './instances.service.js';

@ApiTags('instances')
@Controller('v1/instances')
export class InstancesController {
  constructor(
    private readonly creation: InstanceCreation,
    private readonly views: InstanceViews,
    private readonly instances: InstancesService,
  ) {}

  @Post()
  @Scopes('instances:write')
  @ApiOperation({ summary: 'Create an instance' })
  @ApiConflictResponse({ type: ProblemDto, description: 'Another instance has this name.' })
  createInstance(@CurrentCaller() caller: Caller, @Body() request: CreateInstanceDto): Promise<InstanceDto> {
    return this.creation.create(caller, request);
  }

  @Get()
  @Scopes('instances:read')
  @ApiOperation({ summary: 'List the instances, newest first; all given filters must hold' })
  listInstances(@CurrentCaller() caller: Caller, @Query() query: ListInstancesQuery): Promise<InstancePageDto> {
    return this.views.list(caller, query);
  }

  @Get(':id')
  @Versioned()
  @Scopes('instances:read')
  @ApiOperation({ summary: 'Read an instance' })
  @ApiNotFoundResponse({ type: ProblemDto })
  readInstance(@CurrentCaller() caller: Caller, @InstanceIdParam() id: InstanceId): Promise<InstanceDto> {
    return this.views.read(caller, id);
  }

  @Patch(':id')
  @Versioned()
  @Scopes('instances:write')
  @ApiOperation({ summary: 'Change name, labels or deletion protection' })
  @ApiNotFoundResponse({ type: ProblemDto })
  @ApiConflictResponse({ type: ProblemDto, description: 'Another instance has this name.' })
  patchInstance(@CurrentCaller() caller: Caller, @InstanceIdParam() id: InstanceId, @Body() patch: PatchInstanceDto): Promise<InstanceDto> {
    return this.instances.patch(caller, id, patch);
  }

  @Post(':id/start')
  @HttpCode(202)
  @Versioned()
  @Scopes('instances:write')
  @ApiOperation({ summary: 'Want it running: pair it, or reconnect it; the state follows' })
  @ApiNotFoundResponse({ type: ProblemDto })
  @ApiConflictResponse({ type: ProblemDto, description: 'It is archived: restore it first.' })
  startInstance(@CurrentCaller() caller: Caller, @InstanceIdParam() id: InstanceId): Promise<InstanceDto> {
    return this.instances.start(caller, id);
  }

  @Post(':id/stop')
  @HttpCode(202)
  @Versioned()
  @Scopes('instances:write')
  @ApiOperation({ summary: 'Want it stopped: the session ends, the pairing stays' })
  @ApiNotFoundResponse({ type: ProblemDto })
  stopInstance(@CurrentCaller() caller: Caller, @InstanceIdParam() id: InstanceId): Promise<InstanceDto> {
    return this.instances.stop(caller, id);
  }
}
