import { Body, Controller, HttpCode, Post, UseGuards } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Caller } from '#libs/contracts';
import { ActsOutside, CurrentCaller, Scopes } from '#libs/platform';
import { CreateFaultDto, FaultDto } from './fault.dto.js';
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
  createSandboxFault(@CurrentCaller() caller: Caller, @Body() request: CreateFaultDto): FaultDto {
    return this.faults.inflict(caller.tenantId, request);
  }
}
