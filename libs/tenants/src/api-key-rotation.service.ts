import { Injectable } from '@nestjs/common';
import { type KeyId, newId, type Principal } from '#libs/contracts';
import { Clock, Journal, Mutations } from '#libs/platform';
import { type NewApiKeyDto, type RotateApiKeyDto, toApiKeyDto } from './api-key.dto.js';
import { requireWithinOwn } from './api-keys.service.js';
import { ApiKeysRepository } from './api-keys.repository.js';
import { newKey } from './key-material.js';
import { NamedTenant } from './named-tenant.js';
import { TenantQuotaKeeper } from './tenant-quota-keeper.js';
import { ApiKeyNotFound } from './tenants.errors.js';

/** Replaces a key without a moment in which none works. */
@Injectable()
export class ApiKeyRotation {
  constructor(
    private readonly mutations: Mutations,
    private readonly clock: Clock,
    private readonly journal: Journal,
    private readonly named: NamedTenant,
    private readonly quotas: TenantQuotaKeeper,
    private readonly apiKeys: ApiKeysRepository,
  ) {}

  /**
   * A new key that may do what the old one may; the old one ends after the overlap, or when it would have ended anyway.
   * @throws ApiKeyNotFound, ScopeBeyondOwn, QuotaExceeded
   */
  async rotate(principal: Principal, tenant: string | undefined, keyId: KeyId, { overlapSeconds }: RotateApiKeyDto): Promise<NewApiKeyDto> {
    const tenantId = await this.named.of(principal, tenant);
    return this.mutations.forTenant(principal, tenantId, async (tx) => {
      const old = await this.apiKeys.endAfter(tx, keyId, overlapSeconds);
      if (!old) throw new ApiKeyNotFound();
      requireWithinOwn(principal, old.key);
      await this.quotas.requireRoomForRotation(tx, old.key.environment);
      const { key, prefix, hash } = newKey(old.key.environment);
      const row = { ...old.key, id: newId('key'), prefix, hash, createdAt: await this.clock.now(tx), lastUsedAt: null };
      await this.apiKeys.insert(tx, row, keyId);
      const data = { keyId, newKeyId: row.id, until: old.until.toISOString() };
      await this.journal.appendOfTenant(tx, { type: 'api_key.rotated', actor: principal.actor, data });
      return { ...toApiKeyDto(row), key };
    });
  }
}
