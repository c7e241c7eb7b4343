import { Body, Controller, Delete, Get, HttpCode, Post, Query } from '@nestjs/common';
import { ApiNotFoundResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Caller, KeyId, Operator } from '#libs/contracts';
import { AnyKey, CurrentPrincipal, IdParam, ProblemDto } from '#libs/platform';
import { ApiKeyPageDto, CreateApiKeyDto, NewApiKeyDto } from './api-key.dto.js';
import { ApiKeysQuery, TenantQuery } from './api-keys-query.dto.js';
import { ApiKeysService } from './api-keys.service.js';
import { ApiKeyNotFound } from './tenants.errors.js';

@ApiTags('api-keys')
@AnyKey()
@Controller('v1/api-keys')
export class ApiKeysController {
  constructor(private readonly apiKeys: ApiKeysService) {}

  @Post()
  @ApiOperation({ summary: 'Create a key; the answer is the only time it is shown' })
  createApiKey(@CurrentPrincipal() principal: Caller | Operator, @Body() request: CreateApiKeyDto): Promise<NewApiKeyDto> {
    return this.apiKeys.create(principal, request);
  }

  @Get()
  @ApiOperation({ summary: 'List the keys of a tenant, oldest first' })
  listApiKeys(@CurrentPrincipal() principal: Caller | Operator, @Query() query: ApiKeysQuery): Promise<ApiKeyPageDto> {
    return this.apiKeys.list(principal, query.tenantId, query);
  }

  @Delete(':id')
  @HttpCode(204)
  @ApiOperation({ summary: 'Revoke a key, at once and for ever' })
  @ApiNotFoundResponse({ type: ProblemDto })
  revokeApiKey(
    @CurrentPrincipal() principal: Caller | Operator,
    @IdParam('key', () => new ApiKeyNotFound()) id: KeyId,
    @Query() query: TenantQuery,
  ): Promise<void> {
    return this.apiKeys.revoke(principal, query.tenantId, id);
  }
}
