import { type DynamicModule, Module } from '@nestjs/common';
import type { ProcessRoles } from '#libs/platform';
import { InstanceCreation } from './instance-creation.service.js';
import { InstanceLifecycle } from './instance-lifecycle.js';
import { InstanceOverviewsRepository } from './instance-overviews.repository.js';
import { InstanceViews } from './instance-views.js';
import { InstancesController } from './instances.controller.js';
import { InstancesRepository } from './instances.repository.js';
import { InstancesService } from './instances.service.js';

/** Global: policy, which stands on it, is given it by whoever composes the process. */
@Module({})
export class InstancesModule {
  static forRoot(roles: ProcessRoles): DynamicModule {
    return {
      module: InstancesModule,
      global: true,
      controllers: roles.api ? [InstancesController] : [],
      providers: [InstancesRepository, InstanceOverviewsRepository, InstanceViews, InstanceCreation, InstancesService, InstanceLifecycle],
      exports: [InstanceViews, InstanceLifecycle],
    };
  }
}
