import { Module } from '@nestjs/common';
import { InstanceLifecycle } from './instance-lifecycle.js';
import { InstanceOverviewsRepository } from './instance-overviews.repository.js';
import { InstancesController } from './instances.controller.js';
import { InstancesRepository } from './instances.repository.js';
import { InstancesService } from './instances.service.js';

@Module({
  controllers: [InstancesController],
  providers: [InstancesRepository, InstanceOverviewsRepository, InstancesService, InstanceLifecycle],
  exports: [InstancesService, InstanceLifecycle],
})
export class InstancesModule {}
