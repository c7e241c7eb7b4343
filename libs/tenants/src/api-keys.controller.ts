import { Body, Controller, Delete, Get, HttpCode, Post, Query } from '@nestjs/common';
import { ApiNotFoundResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { KeyId, Principal } from '#libs/contracts';
import { AnyKey, CurrentPrincipal, Destructive, IdParam, ProblemDto, RevealsOnce } from '#libs/platform';
import { ApiKeyRotation } from './api-key-rotation.service.js';
import { ApiKeyPageDto, CreateApiKeyDto, NewApiKeyDto, RotateApiKeyDto } from './api-key.dto.js';
import { ApiKeysQuery, TenantQuery } from './api-keys-query.dto.js';
import { ApiKeysService } from './api-keys.service.js';
import { ApiKeyNotFound } from './tenants.errors.js';

const ApiKeyIdParam = () => IdParam('key', () => new ApiKeyNotFound());

@ApiTags('api-keys')
@AnyKey('keys:write')
@Controller('v1/api-keys')
export class ApiKeysController {
  constructor(
    private readonly apiKeys: ApiKeysService,
    private readonly rotation: ApiKeyRotation,
  ) {}

  @Post()
  @RevealsOnce('key')
  @ApiOperation({ summary: 'Create a key; the answer is the only time it is shown' })
  createApiKey(@CurrentPrincipal() principal: Principal, @Body() request: CreateApiKeyDto): Promise<NewApiKeyDto> {
    return this.apiKeys.create(principal, request);
  }

  @Get()
  @ApiOperation({ summary: 'List the keys of a tenant, oldest first' })
  listApiKeys(@CurrentPrincipal() principal: Principal, @Query() query: ApiKeysQuery): Promise<ApiKeyPageDto> {
    return this.apiKeys.list(principal, query.tenantId, query);
  }

  @Post(':id/rotate')
  @RevealsOnce('key')
  @ApiOperation({ summary: 'Replace a key: a new one with the same rights, shown this once, and an overlap in which both work' })
  @ApiNotFoundResponse({ type: ProblemDto })
  rotateApiKey(
    @CurrentPrincipal() principal: Principal,
    @ApiKeyIdParam() id: KeyId,
    @Query() query: TenantQuery,
    @Body() request: RotateApiKeyDto,
  ): Promise<NewApiKeyDto> {
    return this.rotation.rotate(principal, query.tenantId, id, request);
  }

  @Delete(':id')
  @HttpCode(204)
  @Destructive()
  @ApiOperation({ summary: 'Revoke a key, at once and for ever' })
  @ApiNotFoundResponse({ type: ProblemDto })
  revokeApiKey(@CurrentPrincipal() principal: Principal, @ApiKeyIdParam() id: KeyId, @Query() query: TenantQuery): Promise<void> {
    return this.apiKeys.revoke(principal, query.tenantId, id);
  }
}
