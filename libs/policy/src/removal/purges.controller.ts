import { Controller, Get, HttpCode, Post, Query } from '@nestjs/common';
import { ApiConflictResponse, ApiNotFoundResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Caller, PurgeId } from '#libs/contracts';
import { CurrentCaller, Destructive, IdParam, ProblemDto, Scopes } from '#libs/platform';
import { CertificateDto } from './certificate.dto.js';
import { PurgeApprovals } from './purge-approvals.service.js';
import { PurgeDto, PurgePageDto, PurgesQuery } from './purge.dto.js';
import { PurgeNotFound } from './purges.errors.js';
import { PurgesService } from './purges.service.js';

const PurgeIdParam = () => IdParam('pur', () => new PurgeNotFound());

@ApiTags('retention')
@Controller('v1/purges')
export class PurgesController {
  constructor(
    private readonly purges: PurgesService,
    private readonly approvals: PurgeApprovals,
  ) {}

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

  @Get(':id/certificate')
  @Scopes('retention:read')
  @ApiOperation({ summary: 'What proves a removal: when the keys died, by which decision, and when the last row was gone' })
  @ApiNotFoundResponse({ type: ProblemDto })
  @ApiConflictResponse({ type: ProblemDto })
  readPurgeCertificate(@CurrentCaller() caller: Caller, @PurgeIdParam() id: PurgeId): Promise<CertificateDto> {
    return this.purges.certificate(caller, id);
  }

  @Post(':id/approve')
  @HttpCode(200)
  @Scopes('retention:purge')
  @Destructive()
  @ApiOperation({ summary: 'Agree to a scheduled removal, with a key that has nothing to do with the one that asked for it' })
  @ApiNotFoundResponse({ type: ProblemDto })
  @ApiConflictResponse({ type: ProblemDto })
  approvePurge(@CurrentCaller() caller: Caller, @PurgeIdParam() id: PurgeId): Promise<PurgeDto> {
    return this.approvals.approve(caller, id);
  }

  @Post(':id/cancel')
  @HttpCode(200)
  @Scopes('retention:purge')
  @Destructive()
  @ApiOperation({ summary: 'Take a scheduled removal back: the instance is where it was, and every clock counts anew' })
  @ApiNotFoundResponse({ type: ProblemDto })
  @ApiConflictResponse({ type: ProblemDto })
  cancelPurge(@CurrentCaller() caller: Caller, @PurgeIdParam() id: PurgeId): Promise<PurgeDto> {
    return this.purges.cancel(caller, id);
  }
}
