import { Controller, Get, HttpCode, Post, Query } from '@nestjs/common';
import { ApiConflictResponse, ApiNotFoundResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Caller, RunId } from '#libs/contracts';
import { CurrentCaller, Destructive, IdParam, PageQuery, ProblemDto, Scopes } from '#libs/platform';
import { RunNotFound } from './runs.errors.js';
import { RunPageDto, RunWithTallyDto } from './run.dto.js';
import { RunsService } from './runs.service.js';

const RunIdParam = () => IdParam('run', () => new RunNotFound());

@ApiTags('retention')
@Controller('v1/retention-runs')
export class RunsController {
  constructor(private readonly runs: RunsService) {}

  @Get()
  @Scopes('retention:read')
  @ApiOperation({ summary: 'List the runs of removals by rule, newest first' })
  listRetentionRuns(@CurrentCaller() caller: Caller, @Query() query: PageQuery): Promise<RunPageDto> {
    return this.runs.list(caller, query);
  }

  @Get(':id')
  @Scopes('retention:read')
  @ApiOperation({ summary: 'Read a run: what was due, what was removed, what was not and why' })
  @ApiNotFoundResponse({ type: ProblemDto })
  readRetentionRun(@CurrentCaller() caller: Caller, @RunIdParam() id: RunId): Promise<RunWithTallyDto> {
    return this.runs.read(caller, id);
  }

  @Post(':id/release')
  @HttpCode(200)
  @Scopes('retention:purge')
  @Destructive()
  @ApiOperation({ summary: 'Let a run go that is over a limit: exactly its instances, in slices, each decided again' })
  @ApiNotFoundResponse({ type: ProblemDto })
  @ApiConflictResponse({ type: ProblemDto })
  releaseRetentionRun(@CurrentCaller() caller: Caller, @RunIdParam() id: RunId): Promise<RunWithTallyDto> {
    return this.runs.release(caller, id);
  }

  @Post(':id/cancel')
  @HttpCode(200)
  @Scopes('retention:purge')
  @Destructive()
  @ApiOperation({ summary: 'Give a run up that is over a limit; its instances are decided about again' })
  @ApiNotFoundResponse({ type: ProblemDto })
  @ApiConflictResponse({ type: ProblemDto })
  cancelRetentionRun(@CurrentCaller() caller: Caller, @RunIdParam() id: RunId): Promise<RunWithTallyDto> {
    return this.runs.cancel(caller, id);
  }
}
