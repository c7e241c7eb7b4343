import { Body, Controller, Delete, Get, HttpCode, Post, Query } from '@nestjs/common';
import { ApiConflictResponse, ApiNotFoundResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Caller, HoldId } from '#libs/contracts';
import { CurrentCaller, Destructive, IdParam, ProblemDto, Scopes } from '#libs/platform';
import { HoldDto, HoldPageDto, HoldsQuery, PlaceHoldDto } from './hold.dto.js';
import { HoldNotFound } from './holds.errors.js';
import { HoldsService } from './holds.service.js';

const HoldIdParam = () => IdParam('hld', () => new HoldNotFound());

@ApiTags('retention')
@Controller('v1/holds')
export class HoldsController {
  constructor(private readonly holds: HoldsService) {}

  @Post()
  @Scopes('holds:write')
  @ApiOperation({ summary: 'Place a hold: nothing that it covers is removed, by rule or by a person, until it is released' })
  @ApiNotFoundResponse({ type: ProblemDto })
  @ApiConflictResponse({ type: ProblemDto })
  placeHold(@CurrentCaller() caller: Caller, @Body() request: PlaceHoldDto): Promise<HoldDto> {
    return this.holds.place(caller, request);
  }

  @Get()
  @Scopes('retention:read')
  @ApiOperation({ summary: 'List the holds in force, or those that were released, newest first' })
  listHolds(@CurrentCaller() caller: Caller, @Query() query: HoldsQuery): Promise<HoldPageDto> {
    return this.holds.list(caller, query);
  }

  @Get(':id')
  @Scopes('retention:read')
  @ApiOperation({ summary: 'Read a hold, also one that was released' })
  @ApiNotFoundResponse({ type: ProblemDto })
  readHold(@CurrentCaller() caller: Caller, @HoldIdParam() id: HoldId): Promise<HoldDto> {
    return this.holds.read(caller, id);
  }

  @Delete(':id')
  @HttpCode(204)
  @Scopes('holds:write')
  @Destructive()
  @ApiOperation({ summary: 'Release a hold; grace and notice of what it covered begin anew' })
  @ApiNotFoundResponse({ type: ProblemDto })
  releaseHold(@CurrentCaller() caller: Caller, @HoldIdParam() id: HoldId): Promise<void> {
    return this.holds.release(caller, id);
  }
}
