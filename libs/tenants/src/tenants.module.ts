import { Global, Module } from '@nestjs/common';
import { KeyDirectory } from '#libs/contracts';
import { ApiKeyDirectory } from './api-key-directory.js';
import { ApiKeysController } from './api-keys.controller.js';
import { ApiKeysRepository } from './api-keys.repository.js';
import { ApiKeysService } from './api-keys.service.js';
import { OperatorKeys } from './operator-keys.js';
import { TenantsController } from './tenants.controller.js';
import { TenantsRepository } from './tenants.repository.js';
import { TenantsService } from './tenants.service.js';

/** Global for the port it implements: the guard of every route asks the directory. */
@Global()
@Module({
  controllers: [TenantsController, ApiKeysController],
  providers: [
    TenantsRepository,
    TenantsService,
    ApiKeysRepository,
    ApiKeysService,
    OperatorKeys,
    ApiKeyDirectory,
    { provide: KeyDirectory, useExisting: ApiKeyDirectory },
  ],
  exports: [KeyDirectory, OperatorKeys],
})
export class TenantsModule {}
