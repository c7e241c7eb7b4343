import { Body, Controller, Delete, Get, HttpCode, Post, Query, UseGuards } from '@nestjs/common';
import { ApiConflictResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Caller } from '#libs/contracts';
import { ActsOutside, CurrentCaller, ProblemDto, Scopes } from '#libs/platform';
import { CreateFaultDto, EndedFaultsDto, FaultDto, FaultsQuery, standingFaultDto, StandingFaultsDto } from './fault.dto.js';
import { FaultsService } from './faults.service.js';
import { TestKeyGuard } from './test-key.guard.js';

@ApiTags('sandbox')
@Controller('v1/sandbox/faults')
@UseGuards(TestKeyGuard)
export class FaultsController {
  constructor(private readonly faults: FaultsService) {}

  @Post()
  @ActsOutside()
  @HttpCode(201)
  @Scopes('instances:write')
  @ApiOperation({ summary: 'Let something go wrong between test instances and the simulated WhatsApp; a restart of the sandbox ends it' })
  @ApiConflictResponse({ type: ProblemDto })
  createSandboxFault(@CurrentCaller() caller: Caller, @Body() request: CreateFaultDto): FaultDto {
    return this.faults.inflict(caller.tenantId, request);
  }

  @Get()
  @Scopes('instances:read')
  @ApiOperation({ summary: 'The faults that last at the moment' })
  listSandboxFaults(@CurrentCaller() caller: Caller): StandingFaultsDto {
    return { data: this.faults.list(caller.tenantId).map(standingFaultDto) };
  }

  @Delete()
  @ActsOutside()
  @Scopes('instances:write')
  @ApiOperation({ summary: 'End faults before their time: all of them, or those of a kind or of a phone' })
  endSandboxFaults(@CurrentCaller() caller: Caller, @Query() { kind, phoneNumber }: FaultsQuery): EndedFaultsDto {
    return { ended: this.faults.end(caller.tenantId, kind, phoneNumber) };
  }
}
