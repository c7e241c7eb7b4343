import { Injectable } from '@nestjs/common';
import { isId, type KeyId, newId, type Principal } from '#libs/contracts';
import { Clock, decodeCursor, Journal, Mutations, type Page, type PageQuery, pageOf } from '#libs/platform';
import { type ApiKeyDto, type CreateApiKeyDto, type NewApiKeyDto, toApiKeyDto } from './api-key.dto.js';
import { ApiKeysRepository } from './api-keys.repository.js';
import { newKey } from './key-material.js';
import { NamedTenant } from './named-tenant.js';
import { TenantQuotaKeeper } from './tenant-quota-keeper.js';
import { ApiKeyNotFound, ScopeBeyondOwn } from './tenants.errors.js';

const isApiKeyKey = (key: unknown[]): key is [KeyId] => key.length === 1 && typeof key[0] === 'string' && isId('key', key[0]);

@Injectable()
export class ApiKeysService {
  constructor(
    private readonly mutations: Mutations,
    private readonly clock: Clock,
    private readonly journal: Journal,
    private readonly named: NamedTenant,
    private readonly quotas: TenantQuotaKeeper,
    private readonly apiKeys: ApiKeysRepository,
  ) {}

  async create(principal: Principal, request: CreateApiKeyDto): Promise<NewApiKeyDto> {
    const tenantId = await this.named.of(principal, request.tenantId);
    requireWithinOwn(principal, request);
    const { key, prefix, hash } = newKey(request.environment);
    const { name, environment, scopes } = request;
    return this.mutations.forTenant(principal, tenantId, async (tx) => {
      await this.quotas.requireRoomForApiKey(tx, environment);
      const createdAt = await this.clock.now(tx);
      const expiresAt = request.expiresAt ? new Date(request.expiresAt) : null;
      const row = { id: newId('key'), tenantId, name, environment, scopes, prefix, hash, createdAt, expiresAt, revokedAt: null, lastUsedAt: null };
      await this.apiKeys.insert(tx, row, principal.kind === 'tenant' ? principal.keyId : null);
      await this.journal.appendOfTenant(tx, { type: 'api_key.created', actor: principal.actor, data: { keyId: row.id, environment, scopes } });
      return { ...toApiKeyDto(row), key };
    });
  }

  async list(principal: Principal, tenant: string | undefined, { cursor, limit }: PageQuery): Promise<Page<ApiKeyDto>> {
    const tenantId = await this.named.of(principal, tenant);
    const after = decodeCursor(cursor, isApiKeyKey)?.[0] ?? null;
    const rows = await this.named.read(principal, tenantId, (tx) => this.apiKeys.list(tx, after, limit + 1));
    return pageOf(rows, limit, toApiKeyDto, ({ id }) => [id]);
  }

  async revoke(principal: Principal, tenant: string | undefined, keyId: KeyId): Promise<void> {
    const tenantId = await this.named.of(principal, tenant);
    await this.mutations.forTenant(principal, tenantId, async (tx) => {
      if (!(await this.apiKeys.revoke(tx, keyId, await this.clock.now(tx)))) throw new ApiKeyNotFound();
      await this.journal.appendOfTenant(tx, { type: 'api_key.revoked', actor: principal.actor, data: { keyId } });
    });
  }
}

/** @throws ScopeBeyondOwn */
export function requireWithinOwn(principal: Principal, { environment, scopes }: Pick<CreateApiKeyDto, 'environment' | 'scopes'>): void {
  if (principal.kind === 'operator') return;
  if (environment !== principal.environment) throw new ScopeBeyondOwn(`A ${principal.environment} key makes ${principal.environment} keys only.`);
  const beyond = principal.scopes.includes('*') ? [] : scopes.filter((scope) => !principal.scopes.includes(scope));
  if (beyond.length > 0) throw new ScopeBeyondOwn(`The calling key does not have ${beyond.join(', ')}.`);
}
