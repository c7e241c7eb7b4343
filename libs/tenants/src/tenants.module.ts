import { type DynamicModule, Module, type Provider } from '@nestjs/common';
import { KeyDirectory, QuotaKeeper } from '#libs/contracts';
import type { ProcessRoles } from '#libs/platform';
import { ApiKeyDirectory } from './api-key-directory.js';
import { ApiKeyRotation } from './api-key-rotation.service.js';
import { ApiKeysController } from './api-keys.controller.js';
import { ApiKeysRepository } from './api-keys.repository.js';
import { ApiKeysService } from './api-keys.service.js';
import { FirstTenants } from './first-tenants.js';
import { KeyLineage } from './key-lineage.js';
import { MeController } from './me.controller.js';
import { MeService } from './me.service.js';
import { NamedTenant } from './named-tenant.js';
import { OperatorKeys } from './operator-keys.js';
import { TenantDepartures } from './tenant-departures.js';
import { TenantQuotaKeeper } from './tenant-quota-keeper.js';
import { TenantsController } from './tenants.controller.js';
import { TenantsRepository } from './tenants.repository.js';
import { TenantsService } from './tenants.service.js';

const PROVIDERS: Provider[] = [
  TenantsRepository,
  TenantsService,
  ApiKeysRepository,
  ApiKeysService,
  ApiKeyRotation,
  NamedTenant,
  MeService,
  TenantQuotaKeeper,
  OperatorKeys,
  ApiKeyDirectory,
  FirstTenants,
  KeyLineage,
  TenantDepartures,
  { provide: KeyDirectory, useExisting: ApiKeyDirectory },
  { provide: QuotaKeeper, useExisting: TenantQuotaKeeper },
];

/** Global for the ports it implements: the guard of every route asks the directory, whoever makes what counts the quotas. */
@Module({})
export class TenantsModule {
  static forRoot(roles: ProcessRoles): DynamicModule {
    return {
      module: TenantsModule,
      global: true,
      controllers: roles.api ? [TenantsController, ApiKeysController, MeController] : [],
      providers: PROVIDERS,
      exports: [KeyDirectory, QuotaKeeper, OperatorKeys, FirstTenants, KeyLineage, TenantDepartures],
    };
  }
}
