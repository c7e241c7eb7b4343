import { Body, Controller, Delete, Get, HttpCode, Post, Query } from '@nestjs/common';
import { ApiNotFoundResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { HoldId, Operator } from '#libs/contracts';
import { ActsOutside, CurrentOperator, Destructive, IdParam, OperatorOnly, PageQuery, ProblemDto } from '#libs/platform';
import { HoldNotFound } from './holds.errors.js';
import { PlacePlatformHoldDto, PlatformHoldDto, PlatformHoldPageDto } from './platform-hold.dto.js';
import { PlatformHoldsService } from './platform-holds.service.js';

@ApiTags('platform')
@OperatorOnly()
@Controller('v1/platform/holds')
export class PlatformHoldsController {
  constructor(private readonly holds: PlatformHoldsService) {}

  /** Answers once nothing is being removed that has not seen it. */
  @Post()
  @ActsOutside()
  @ApiOperation({ summary: 'Place a hold over all tenants: nothing is removed, by rule or by a person, until it is released' })
  placePlatformHold(@CurrentOperator() operator: Operator, @Body() { reason }: PlacePlatformHoldDto): Promise<PlatformHoldDto> {
    return this.holds.place(operator, reason);
  }

  @Get()
  @ApiOperation({ summary: 'List the platform holds, newest first, also those that were released' })
  listPlatformHolds(@Query() query: PageQuery): Promise<PlatformHoldPageDto> {
    return this.holds.list(query);
  }

  @Delete(':id')
  @HttpCode(204)
  @ActsOutside()
  @Destructive()
  @ApiOperation({ summary: 'Release a platform hold; grace and notice of what is scheduled begin anew' })
  @ApiNotFoundResponse({ type: ProblemDto })
  releasePlatformHold(@CurrentOperator() operator: Operator, @IdParam('hld', () => new HoldNotFound()) id: HoldId): Promise<void> {
    return this.holds.release(operator, id);
  }
}
