import { Controller, Get, HttpCode, Post, Query } from '@nestjs/common';
import { ApiConflictResponse, ApiNotFoundResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Caller, InstanceId } from '#libs/contracts';
import { InstanceDto } from '#libs/instances';
import { CurrentCaller, Destructive, InstanceIdParam, ProblemDto, Scopes, Versioned } from '#libs/platform';
import { ExplainQuery, ExplanationDto } from './explanation.dto.js';
import { ExplanationsService } from './explanations.service.js';
import { InstanceRetentionService } from './instance-retention.service.js';
import { RestoreQuery } from './restore.query.dto.js';

@ApiTags('retention')
@Controller('v1/instances/:id')
@ApiNotFoundResponse({ type: ProblemDto })
export class InstanceRetentionController {
  constructor(
    private readonly retention: InstanceRetentionService,
    private readonly explanations: ExplanationsService,
  ) {}

  @Post('archive')
  @HttpCode(200)
  @Versioned()
  @Scopes('instances:write')
  @Destructive()
  @ApiOperation({ summary: 'Archive an instance: its session and credentials are sealed and kept until it is restored' })
  @ApiConflictResponse({ type: ProblemDto })
  archiveInstance(@CurrentCaller() caller: Caller, @InstanceIdParam() id: InstanceId): Promise<InstanceDto> {
    return this.retention.archive(caller, id);
  }

  @Post('restore')
  @HttpCode(200)
  @Versioned()
  @Scopes('instances:write')
  @ApiOperation({ summary: 'Restore an archived instance, as it was' })
  @ApiConflictResponse({ type: ProblemDto })
  restoreInstance(@CurrentCaller() caller: Caller, @InstanceIdParam() id: InstanceId, @Query() { start }: RestoreQuery): Promise<InstanceDto> {
    return this.retention.restore(caller, id, start);
  }

  @Get('retention')
  @Scopes('retention:read')
  @ApiOperation({ summary: 'Explain what the rules do to an instance, when, and what stands in the way' })
  explainRetention(@CurrentCaller() caller: Caller, @InstanceIdParam() id: InstanceId, @Query() query: ExplainQuery): Promise<ExplanationDto> {
    return this.explanations.explain(caller, id, query);
  }
}
