import { Body, Controller, Get, HttpCode, Patch, Post, Query } from '@nestjs/common';
import { ApiNotFoundResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Operator, TenantId } from '#libs/contracts';
import { CurrentOperator, Destructive, IdParam, OperatorOnly, PageQuery, ProblemDto, Versioned } from '#libs/platform';
import { CreateTenantDto, PatchTenantDto, TenantDto, TenantPageDto } from './tenant.dto.js';
import { TenantNotFound } from './tenants.errors.js';
import { TenantsService } from './tenants.service.js';

const TenantIdParam = () => IdParam('ten', () => new TenantNotFound());

@ApiTags('tenants')
@OperatorOnly()
@Controller('v1/tenants')
export class TenantsController {
  constructor(private readonly tenants: TenantsService) {}

  @Post()
  @ApiOperation({ summary: 'Create a tenant' })
  createTenant(@CurrentOperator() operator: Operator, @Body() request: CreateTenantDto): Promise<TenantDto> {
    return this.tenants.create(operator, request);
  }

  @Get()
  @ApiOperation({ summary: 'List the tenants, oldest first' })
  listTenants(@Query() query: PageQuery): Promise<TenantPageDto> {
    return this.tenants.list(query);
  }

  @Get(':id')
  @Versioned()
  @ApiOperation({ summary: 'Read a tenant' })
  @ApiNotFoundResponse({ type: ProblemDto })
  readTenant(@TenantIdParam() id: TenantId): Promise<TenantDto> {
    return this.tenants.read(id);
  }

  @Patch(':id')
  @Versioned()
  @ApiOperation({ summary: 'Change the name or the quotas of a tenant' })
  @ApiNotFoundResponse({ type: ProblemDto })
  patchTenant(@CurrentOperator() operator: Operator, @TenantIdParam() id: TenantId, @Body() patch: PatchTenantDto): Promise<TenantDto> {
    return this.tenants.patch(operator, id, patch);
  }

  @Post(':id/suspend')
  @HttpCode(200)
  @Versioned()
  @Destructive()
  @ApiOperation({ summary: 'Suspend a tenant: its sessions close, its keys only read, its clocks stand still; nothing is removed' })
  @ApiNotFoundResponse({ type: ProblemDto })
  suspendTenant(@CurrentOperator() operator: Operator, @TenantIdParam() id: TenantId): Promise<TenantDto> {
    return this.tenants.suspend(operator, id);
  }

  @Post(':id/resume')
  @HttpCode(200)
  @Versioned()
  @ApiOperation({ summary: 'Resume a suspended tenant: its sessions come back by themselves, its clocks begin again' })
  @ApiNotFoundResponse({ type: ProblemDto })
  resumeTenant(@CurrentOperator() operator: Operator, @TenantIdParam() id: TenantId): Promise<TenantDto> {
    return this.tenants.resume(operator, id);
  }
}
