import { Body, Controller, Get, Post, Query } from '@nestjs/common';
import { ApiNotFoundResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Operator, TenantId } from '#libs/contracts';
import { CurrentOperator, IdParam, OperatorOnly, PageQuery, ProblemDto } from '#libs/platform';
import { CreateTenantDto, TenantDto, TenantPageDto } from './tenant.dto.js';
import { TenantNotFound } from './tenants.errors.js';
import { TenantsService } from './tenants.service.js';

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
  @ApiOperation({ summary: 'Read a tenant' })
  @ApiNotFoundResponse({ type: ProblemDto })
  readTenant(@IdParam('ten', () => new TenantNotFound()) id: TenantId): Promise<TenantDto> {
    return this.tenants.read(id);
  }
}
