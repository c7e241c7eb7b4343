import { type DynamicModule, Module, type Provider } from '@nestjs/common';
import { KeyDirectory } from '#libs/contracts';
import type { ProcessRoles } from '#libs/platform';
import { ApiKeyDirectory } from './api-key-directory.js';
import { ApiKeysController } from './api-keys.controller.js';
import { ApiKeysRepository } from './api-keys.repository.js';
import { ApiKeysService } from './api-keys.service.js';
import { OperatorKeys } from './operator-keys.js';
import { TenantsController } from './tenants.controller.js';
import { TenantsRepository } from './tenants.repository.js';
import { TenantsService } from './tenants.service.js';

const PROVIDERS: Provider[] = [
  TenantsRepository,
  TenantsService,
  ApiKeysRepository,
  ApiKeysService,
  OperatorKeys,
  ApiKeyDirectory,
  { provide: KeyDirectory, useExisting: ApiKeyDirectory },
];

/** Global for the port it implements: the guard of every route asks the directory. */
@Module({})
export class TenantsModule {
  static forRoot(roles: ProcessRoles): DynamicModule {
    return {
      module: TenantsModule,
      global: true,
      controllers: roles.api ? [TenantsController, ApiKeysController] : [],
      providers: PROVIDERS,
      exports: [KeyDirectory, OperatorKeys],
    };
  }
}
