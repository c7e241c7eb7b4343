import { Controller, Get, HttpCode, Post, Query } from '@nestjs/common';
import { ApiConflictResponse, ApiNotFoundResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Caller, PurgeId } from '#libs/contracts';
import { CurrentCaller, IdParam, ProblemDto, Scopes } from '#libs/platform';
import { PurgeDto, PurgePageDto, PurgesQuery } from './purge.dto.js';
import { PurgeNotFound } from './purges.errors.js';
import { PurgesService } from './purges.service.js';

const PurgeIdParam = () => IdParam('pur', () => new PurgeNotFound());

@ApiTags('retention')
@Controller('v1/purges')
export class PurgesController {
  constructor(private readonly purges: PurgesService) {}

  @Get()
  @Scopes('retention:read')
  @ApiOperation({ summary: 'List removals: scheduled, taken back and carried out, newest first' })
  listPurges(@CurrentCaller() caller: Caller, @Query() query: PurgesQuery): Promise<PurgePageDto> {
    return this.purges.list(caller, query);
  }

  @Get(':id')
  @Scopes('retention:read')
  @ApiOperation({ summary: 'Read a removal' })
  @ApiNotFoundResponse({ type: ProblemDto })
  readPurge(@CurrentCaller() caller: Caller, @PurgeIdParam() id: PurgeId): Promise<PurgeDto> {
    return this.purges.read(caller, id);
  }

  @Post(':id/cancel')
  @HttpCode(200)
  @Scopes('retention:purge')
  @ApiOperation({ summary: 'Take a scheduled removal back: the instance is where it was, and every clock counts anew' })
  @ApiNotFoundResponse({ type: ProblemDto })
  @ApiConflictResponse({ type: ProblemDto })
  cancelPurge(@CurrentCaller() caller: Caller, @PurgeIdParam() id: PurgeId): Promise<PurgeDto> {
    return this.purges.cancel(caller, id);
  }
}
