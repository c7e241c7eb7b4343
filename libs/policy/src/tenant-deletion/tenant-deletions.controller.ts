import { Body, Controller, Delete, Get, HttpCode, Post } from '@nestjs/common';
import { ApiConflictResponse, ApiNotFoundResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Operator, TenantId } from '#libs/contracts';
import { CurrentOperator, Destructive, IdParam, OperatorOnly, ProblemDto, RevealsOnce } from '#libs/platform';
import { TenantNotFound } from '#libs/tenants';
import { ConfirmTenantDeletionDto, NewTenantDeletionDto, TenantDeletionDto, TenantDeletionsDto } from './tenant-deletion.dto.js';
import { TenantDeletionConfirmation } from './tenant-deletion-confirmation.service.js';
import { TenantDeletionsService } from './tenant-deletions.service.js';

const TenantIdParam = () => IdParam('ten', () => new TenantNotFound());

@ApiTags('tenants')
@OperatorOnly()
@Controller('v1/tenants/:id/deletion-requests')
@ApiNotFoundResponse({ type: ProblemDto })
export class TenantDeletionsController {
  constructor(
    private readonly deletions: TenantDeletionsService,
    private readonly confirmation: TenantDeletionConfirmation,
  ) {}

  @Post()
  @RevealsOnce('token')
  @Destructive()
  @ApiOperation({ summary: 'Ask for a tenant to be deleted: shows what would go, and gives a token to confirm it with; nothing happens yet' })
  @ApiConflictResponse({ type: ProblemDto })
  requestTenantDeletion(@CurrentOperator() operator: Operator, @TenantIdParam() id: TenantId): Promise<NewTenantDeletionDto> {
    return this.deletions.open(operator, id);
  }

  @Get()
  @ApiOperation({ summary: 'List the deletion requests of a tenant, newest first: how far it is, and what stands in the way' })
  listTenantDeletions(@TenantIdParam() id: TenantId): Promise<TenantDeletionsDto> {
    return this.deletions.list(id);
  }

  @Post('confirm')
  @HttpCode(202)
  @Destructive()
  @ApiOperation({ summary: 'Confirm it with the token and the typed name: the tenant is closed like a suspended one, and after 30 days its instances and then itself are removed' })
  @ApiConflictResponse({ type: ProblemDto })
  confirmTenantDeletion(@CurrentOperator() operator: Operator, @TenantIdParam() id: TenantId, @Body() request: ConfirmTenantDeletionDto): Promise<TenantDeletionDto> {
    return this.confirmation.confirm(operator, id, request);
  }

  @Delete()
  @HttpCode(200)
  @Destructive()
  @ApiOperation({ summary: 'Take the deletion of a tenant back; what is gone until then stays gone' })
  @ApiConflictResponse({ type: ProblemDto })
  cancelTenantDeletion(@CurrentOperator() operator: Operator, @TenantIdParam() id: TenantId): Promise<TenantDeletionDto> {
    return this.confirmation.cancel(operator, id);
  }
}
