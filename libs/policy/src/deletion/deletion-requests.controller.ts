import { Body, Controller, Delete, Get, HttpCode, Post, Query } from '@nestjs/common';
import { ApiConflictResponse, ApiNotFoundResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Caller, DeletionRequestId, InstanceId } from '#libs/contracts';
import { CurrentCaller, Destructive, IdParam, InstanceIdParam, ProblemDto, RevealsOnce, Scopes } from '#libs/platform';
import { DeletionConfirmation } from './deletion-confirmation.service.js';
import { DeletionRequestNotFound } from './deletion.errors.js';
import { ConfirmDeletionDto, DeletionRequestDto, DeletionRequestPageDto, DeletionRequestsQuery, NewDeletionRequestDto } from './deletion-request.dto.js';
import { DeletionRequestsService } from './deletion-requests.service.js';

const RequestIdParam = () => IdParam('del', () => new DeletionRequestNotFound());

@ApiTags('retention')
@Controller('v1')
@ApiNotFoundResponse({ type: ProblemDto })
export class DeletionRequestsController {
  constructor(
    private readonly requests: DeletionRequestsService,
    private readonly confirmation: DeletionConfirmation,
  ) {}

  @Post('instances/:id/deletion-requests')
  @RevealsOnce('token')
  @Scopes('retention:purge')
  @Destructive()
  @ApiOperation({ summary: 'Ask for an instance to be deleted: shows what would go, and gives a token to confirm it with; nothing happens yet' })
  @ApiConflictResponse({ type: ProblemDto })
  requestDeletion(@CurrentCaller() caller: Caller, @InstanceIdParam() id: InstanceId): Promise<NewDeletionRequestDto> {
    return this.requests.open(caller, id);
  }

  @Get('deletion-requests')
  @Scopes('retention:read')
  @ApiOperation({ summary: 'List deletion requests, newest first' })
  listDeletionRequests(@CurrentCaller() caller: Caller, @Query() query: DeletionRequestsQuery): Promise<DeletionRequestPageDto> {
    return this.requests.list(caller, query);
  }

  @Get('deletion-requests/:id')
  @Scopes('retention:read')
  @ApiOperation({ summary: 'Read a deletion request' })
  readDeletionRequest(@CurrentCaller() caller: Caller, @RequestIdParam() id: DeletionRequestId): Promise<DeletionRequestDto> {
    return this.requests.read(caller, id);
  }

  @Post('deletion-requests/:id/confirm')
  @HttpCode(202)
  @Scopes('retention:purge')
  @Destructive()
  @ApiOperation({ summary: 'Confirm a deletion with the token and the typed name: the session stops, and after the grace the instance is removed' })
  @ApiConflictResponse({ type: ProblemDto })
  confirmDeletion(@CurrentCaller() caller: Caller, @RequestIdParam() id: DeletionRequestId, @Body() request: ConfirmDeletionDto): Promise<DeletionRequestDto> {
    return this.confirmation.confirm(caller, id, request);
  }

  @Delete('deletion-requests/:id')
  @HttpCode(200)
  @Scopes('retention:purge')
  @Destructive()
  @ApiOperation({ summary: 'Take a deletion back, at any time before its grace is over' })
  @ApiConflictResponse({ type: ProblemDto })
  cancelDeletion(@CurrentCaller() caller: Caller, @RequestIdParam() id: DeletionRequestId): Promise<DeletionRequestDto> {
    return this.confirmation.cancel(caller, id);
  }
}
