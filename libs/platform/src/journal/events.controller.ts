import { Controller, Get, Query } from '@nestjs/common';
import { ApiNotFoundResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Caller, InstanceId } from '#libs/contracts';
import { CurrentCaller, Scopes } from '../http/access.js';
import { InstanceIdParam } from '../http/id-param.js';
import { PageQuery } from '../http/page.dto.js';
import { ProblemDto } from '../http/problem.dto.js';
import { EventPageDto, EventsQuery } from './journal-entry.dto.js';
import { EventsService } from './events.service.js';

@ApiTags('events')
@Controller('v1')
export class EventsController {
  constructor(private readonly events: EventsService) {}

  @Get('events')
  @Scopes('instances:read')
  @ApiOperation({ summary: "The tenant's journal, oldest first, by position" })
  listEvents(@CurrentCaller() caller: Caller, @Query() query: EventsQuery): Promise<EventPageDto> {
    return this.events.list(caller, query);
  }

  @Get('instances/:id/events')
  @Scopes('instances:read')
  @ApiOperation({ summary: 'The journal of an instance, newest first' })
  @ApiNotFoundResponse({ type: ProblemDto })
  listInstanceEvents(@CurrentCaller() caller: Caller, @InstanceIdParam() id: InstanceId, @Query() query: PageQuery): Promise<EventPageDto> {
    return this.events.listOfInstance(caller, id, query);
  }
}
