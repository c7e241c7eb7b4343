import { Injectable } from '@nestjs/common';
import { type Caller, isId, type KeyId, newId, type Operator, type TenantId } from '#libs/contracts';
import { Clock, Database, decodeCursor, Forbidden, InvalidRequest, Journal, type Page, type PageQuery, pageOf, type TenantTx } from '#libs/platform';
import { type ApiKeyDto, type CreateApiKeyDto, type NewApiKeyDto, toApiKeyDto } from './api-key.dto.js';
import { ApiKeysRepository } from './api-keys.repository.js';
import { newKey } from './key-material.js';
import { ApiKeyNotFound, ScopeBeyondOwn } from './tenants.errors.js';
import { TenantsService } from './tenants.service.js';

const isApiKeyKey = (key: unknown[]): key is [KeyId] => key.length === 1 && typeof key[0] === 'string' && isId('key', key[0]);

@Injectable()
export class ApiKeysService {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly journal: Journal,
    private readonly tenants: TenantsService,
    private readonly apiKeys: ApiKeysRepository,
  ) {}

  async create(principal: Caller | Operator, request: CreateApiKeyDto): Promise<NewApiKeyDto> {
    const tenantId = await this.tenantFor(principal, request.tenantId);
    requireWithinOwn(principal, request);
    const { key, prefix, hash } = newKey(request.environment);
    const { name, environment, scopes } = request;
    return this.unit(principal, tenantId, async (tx) => {
      const createdAt = await this.clock.now(tx);
      const expiresAt = request.expiresAt ? new Date(request.expiresAt) : null;
      const row = { id: newId('key'), tenantId, name, environment, scopes, prefix, hash, createdAt, expiresAt, revokedAt: null };
      await this.apiKeys.insert(tx, row);
      await this.journal.appendOfTenant(tx, { type: 'api_key.created', actor: principal.actor, data: { keyId: row.id, environment, scopes } });
      return { ...toApiKeyDto(row), key };
    });
  }

  async list(principal: Caller | Operator, tenant: string | undefined, { cursor, limit }: PageQuery): Promise<Page<ApiKeyDto>> {
    const tenantId = await this.tenantFor(principal, tenant);
    const after = decodeCursor(cursor, isApiKeyKey)?.[0] ?? null;
    const rows = await this.unit(principal, tenantId, (tx) => this.apiKeys.list(tx, after, limit + 1));
    return pageOf(rows, limit, toApiKeyDto, ({ id }) => [id]);
  }

  async revoke(principal: Caller | Operator, tenant: string | undefined, keyId: KeyId): Promise<void> {
    const tenantId = await this.tenantFor(principal, tenant);
    await this.unit(principal, tenantId, async (tx) => {
      if (!(await this.apiKeys.revoke(tx, keyId, await this.clock.now(tx)))) throw new ApiKeyNotFound();
      await this.journal.appendOfTenant(tx, { type: 'api_key.revoked', actor: principal.actor, data: { keyId } });
    });
  }

  /** A tenant's key sees the keys of its own environment, the operator all of a tenant's. */
  private unit<T>(principal: Caller | Operator, tenantId: TenantId, work: (tx: TenantTx) => Promise<T>): Promise<T> {
    return principal.kind === 'tenant' ? this.database.forCaller(principal, work) : this.database.forTenant(tenantId, work);
  }

  /** A tenant's key works on its own tenant; the operator has to name one. */
  private async tenantFor(principal: Caller | Operator, named: string | undefined): Promise<TenantId> {
    if (principal.kind === 'tenant') return ownTenant(principal, named);
    if (named === undefined) throw new InvalidRequest([{ pointer: '/tenantId', detail: 'the operator must name the tenant' }]);
    if (!isId('ten', named)) throw new InvalidRequest([{ pointer: '/tenantId', detail: 'is not the id of a tenant' }]);
    await this.tenants.read(named);
    return named;
  }
}

function ownTenant(caller: Caller, named: string | undefined): TenantId {
  if (!caller.scopes.includes('*') && !caller.scopes.includes('keys:write')) throw new Forbidden('The key lacks the scope keys:write.');
  if (named !== undefined && named !== caller.tenantId) throw new Forbidden('A key makes keys of its own tenant only.');
  return caller.tenantId;
}

function requireWithinOwn(principal: Caller | Operator, { environment, scopes }: CreateApiKeyDto): void {
  if (principal.kind === 'operator') return;
  if (environment !== principal.environment) throw new ScopeBeyondOwn(`A ${principal.environment} key makes ${principal.environment} keys only.`);
  const beyond = principal.scopes.includes('*') ? [] : scopes.filter((scope) => !principal.scopes.includes(scope));
  if (beyond.length > 0) throw new ScopeBeyondOwn(`The calling key does not have ${beyond.join(', ')}.`);
}
