import { Injectable } from '@nestjs/common';
import { KeyDirectory, newId, type Operator, type TenantId } from '#libs/contracts';
import { ApiKeysService } from './api-keys.service.js';
import { TenantsService } from './tenants.service.js';

export interface FirstTenant {
  tenantId: TenantId;
  /** a test key that may do everything */
  key: string;
  /** it was made now */
  isNew: boolean;
}

/** For an installation that nobody administers: it begins with a tenant and a test key. */
@Injectable()
export class FirstTenants {
  constructor(
    private readonly directory: KeyDirectory,
    private readonly tenants: TenantsService,
    private readonly apiKeys: ApiKeysService,
  ) {}

  /** `known`: the key of an earlier start. As long as it is good nothing is made. */
  async ensure(name: string, known: string | null): Promise<FirstTenant> {
    const holder = known === null ? null : await this.directory.authenticate(known, newId('req'));
    if (known !== null && holder?.principal.kind === 'tenant') return { tenantId: holder.principal.tenantId, key: known, isNew: false };
    const installation: Operator = { kind: 'operator', keyId: newId('key'), actor: { kind: 'system', id: 'tenants' } };
    const { data } = await this.tenants.list({ limit: 1 });
    const { id } = data.find(({ deletedAt }) => deletedAt === null) ?? (await this.tenants.create(installation, { name }));
    const { key } = await this.apiKeys.create(installation, { tenantId: id, name: 'first', environment: 'test', scopes: ['*'] });
    return { tenantId: id as TenantId, key, isNew: true };
  }
}
