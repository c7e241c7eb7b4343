import { Body, Controller, Get, HttpCode, Post, Query } from '@nestjs/common';
import { ApiConflictResponse, ApiNotFoundResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { BulkRequestId, Caller } from '#libs/contracts';
import { CurrentCaller, Destructive, IdParam, PageQuery, ProblemDto, RevealsOnce, Scopes } from '#libs/platform';
import { BulkConfirmation } from './bulk-confirmation.service.js';
import { BulkRequestNotFound } from './bulk.errors.js';
import { BulkRequestPageDto, BulkRequestWithTallyDto, BulkResultPageDto, ConfirmBulkDto, NewBulkRequestDto, RequestBulkDto } from './bulk-request.dto.js';
import { BulkRequestsService } from './bulk-requests.service.js';

const BulkIdParam = () => IdParam('blk', () => new BulkRequestNotFound());

@ApiTags('retention')
@Controller('v1/bulk-requests')
export class BulkRequestsController {
  constructor(
    private readonly requests: BulkRequestsService,
    private readonly confirmation: BulkConfirmation,
  ) {}

  @Post()
  @RevealsOnce('token')
  @Scopes('retention:purge')
  @Destructive()
  @ApiOperation({ summary: 'Ask for many instances to be archived or deleted: shows how many and what would be refused, and gives a token to confirm it with; nothing happens yet' })
  requestBulk(@CurrentCaller() caller: Caller, @Body() request: RequestBulkDto): Promise<NewBulkRequestDto> {
    return this.requests.open(caller, request);
  }

  @Get()
  @Scopes('retention:read')
  @ApiOperation({ summary: 'List bulk requests, newest first' })
  listBulkRequests(@CurrentCaller() caller: Caller, @Query() query: PageQuery): Promise<BulkRequestPageDto> {
    return this.requests.list(caller, query);
  }

  @Get(':id')
  @Scopes('retention:read')
  @ApiOperation({ summary: 'Read a bulk request: how far it is, and what was refused and why' })
  @ApiNotFoundResponse({ type: ProblemDto })
  readBulkRequest(@CurrentCaller() caller: Caller, @BulkIdParam() id: BulkRequestId): Promise<BulkRequestWithTallyDto> {
    return this.requests.read(caller, id);
  }

  @Get(':id/results')
  @Scopes('retention:read')
  @ApiOperation({ summary: 'List how each instance of a bulk request fared, in the order of their ids' })
  @ApiNotFoundResponse({ type: ProblemDto })
  listBulkResults(@CurrentCaller() caller: Caller, @BulkIdParam() id: BulkRequestId, @Query() query: PageQuery): Promise<BulkResultPageDto> {
    return this.requests.results(caller, id, query);
  }

  @Post(':id/confirm')
  @HttpCode(202)
  @Scopes('retention:purge')
  @Destructive()
  @ApiOperation({ summary: 'Confirm a bulk request with the token and the typed number of instances: each is decided again, in a transaction of its own' })
  @ApiNotFoundResponse({ type: ProblemDto })
  @ApiConflictResponse({ type: ProblemDto })
  confirmBulk(@CurrentCaller() caller: Caller, @BulkIdParam() id: BulkRequestId, @Body() request: ConfirmBulkDto): Promise<BulkRequestWithTallyDto> {
    return this.confirmation.confirm(caller, id, request);
  }

  @Post(':id/stop')
  @HttpCode(200)
  @Scopes('retention:purge')
  @Destructive()
  @ApiOperation({ summary: 'Stop a bulk request: what is done stays done, the rest is left as it is' })
  @ApiNotFoundResponse({ type: ProblemDto })
  stopBulk(@CurrentCaller() caller: Caller, @BulkIdParam() id: BulkRequestId): Promise<BulkRequestWithTallyDto> {
    return this.confirmation.stop(caller, id);
  }
}
