import { Body, Controller, Delete, Get, HttpCode, Post, Put, Query, UseGuards } from '@nestjs/common';
import { ApiConflictResponse, ApiNotFoundResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Caller } from '#libs/contracts';
import { ActsOutside, CurrentCaller, Database, ProblemDto, Scopes } from '#libs/platform';
import { TestKeyGuard } from '../control/test-key.guard.js';
import { TallyRepository } from '../store/tally.repository.js';
import { LoadTraffic } from './load-traffic.js';
import { LoadDto, loadDto, PutLoadDto, StartTrafficDto, TallyDto, tallyDto, TallyQuery, TrafficDto } from './load.dto.js';
import { LoadsService } from './loads.service.js';

@ApiTags('sandbox')
@ApiNotFoundResponse({ type: ProblemDto })
@Controller('v1/sandbox/load')
@UseGuards(TestKeyGuard)
export class LoadController {
  constructor(
    private readonly loads: LoadsService,
    private readonly traffic: LoadTraffic,
    private readonly database: Database,
    private readonly tallies: TallyRepository,
  ) {}

  @Put()
  @ActsOutside()
  @Scopes('instances:write')
  @ApiOperation({ summary: 'Make phones by the thousand, and say what they do by themselves; safe to repeat, also with more' })
  @ApiConflictResponse({ type: ProblemDto })
  async putSandboxLoad(@CurrentCaller() { tenantId }: Caller, @Body() { phones, firstNumber, autoScan }: PutLoadDto): Promise<LoadDto> {
    return loadDto(await this.loads.put(tenantId, { first: firstNumber, count: phones, autoScan }), this.traffic.of(tenantId));
  }

  @Get()
  @Scopes('instances:read')
  @ApiOperation({ summary: 'The phones of the load, how many are linked and logged in, and their traffic' })
  async readSandboxLoad(@CurrentCaller() { tenantId }: Caller): Promise<LoadDto> {
    return loadDto(await this.loads.read(tenantId), this.traffic.of(tenantId));
  }

  @Post('traffic')
  @ActsOutside()
  @HttpCode(202)
  @Scopes('messages:send')
  @ApiOperation({ summary: 'Let the phones of the load write to its linked devices, at a rate and for a time' })
  @ApiConflictResponse({ type: ProblemDto })
  startSandboxTraffic(@CurrentCaller() { tenantId }: Caller, @Body() plan: StartTrafficDto): Promise<TrafficDto> {
    return this.traffic.start(tenantId, plan);
  }

  @Delete('traffic')
  @ActsOutside()
  @HttpCode(204)
  @Scopes('messages:send')
  @ApiOperation({ summary: 'End the traffic before its time; answers when nothing of it is being sent any more' })
  async stopSandboxTraffic(@CurrentCaller() { tenantId }: Caller): Promise<void> {
    await this.traffic.stop(tenantId);
  }

  @Get('tally')
  @Scopes('messages:read')
  @ApiOperation({ summary: 'What became of numbered texts: sent, receipted, received, doubled and missing' })
  async tallySandboxTexts(@CurrentCaller() { tenantId }: Caller, @Query() { label }: TallyQuery): Promise<TallyDto> {
    return tallyDto(label, await this.database.forTenant(tenantId, (tx) => this.tallies.of(tx, label)));
  }
}
