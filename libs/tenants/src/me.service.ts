import { Injectable } from '@nestjs/common';
import type { Caller, Operator, Principal } from '#libs/contracts';
import { Database } from '#libs/platform';
import { ApiKeysRepository } from './api-keys.repository.js';
import type { MeDto, MyQuotasDto } from './me.dto.js';
import { TenantQuotaKeeper } from './tenant-quota-keeper.js';
import { TenantsRepository } from './tenants.repository.js';

/** Who is asking, and what they may. */
@Injectable()
export class MeService {
  constructor(
    private readonly database: Database,
    private readonly tenants: TenantsRepository,
    private readonly apiKeys: ApiKeysRepository,
    private readonly quotas: TenantQuotaKeeper,
  ) {}

  read(principal: Principal): Promise<MeDto> {
    return principal.kind === 'tenant' ? this.ofTenant(principal) : Promise.resolve(ofOperator(principal));
  }

  private ofTenant(caller: Caller): Promise<MeDto> {
    const { keyId, environment, scopes } = caller;
    return this.database.forCaller(caller, async (tx) => {
      const tenant = (await this.tenants.read(tx))!;
      const key = await this.apiKeys.find(tx, keyId);
      const { quotas, used } = await this.quotas.usage(tx, environment);
      return {
        kind: 'tenant',
        keyId,
        tenant: { id: tenant.id, name: tenant.name ?? '', suspendedAt: tenant.suspendedAt?.toISOString() ?? null },
        environment,
        scopes: [...scopes],
        expiresAt: key?.expiresAt?.toISOString() ?? null,
        quotas: toQuotas(quotas, used),
      };
    });
  }
}

const toQuotas = (
  { instances, apiKeys, requestsPerMinute }: Record<'instances' | 'apiKeys' | 'requestsPerMinute', number>,
  used: Record<'instances' | 'apiKeys', number>,
): MyQuotasDto => ({
  instances: { limit: instances, used: used.instances },
  apiKeys: { limit: apiKeys, used: used.apiKeys },
  requestsPerMinute,
});

const ofOperator = ({ keyId }: Operator): MeDto => ({
  ...{ kind: 'operator', keyId, tenant: null, environment: null },
  ...{ scopes: ['operator'], expiresAt: null, quotas: null },
});
