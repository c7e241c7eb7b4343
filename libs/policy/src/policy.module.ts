import { type DynamicModule, Module } from '@nestjs/common';
import type { ProcessRoles } from '#libs/platform';
import { BulkReconciler } from './bulk-reconciler.js';
import { ClockMarkRepository } from './clock-mark.repository.js';
import { ExplanationsService } from './explanations.service.js';
import { InstanceArchives } from './instance-archives.js';
import { InstanceArchivesRepository } from './instance-archives.repository.js';
import { InstanceMover } from './instance-mover.js';
import { InstanceRetentionController } from './instance-retention.controller.js';
import { InstanceRetentionService } from './instance-retention.service.js';
import { PolicyActivationsController } from './policy-activations.controller.js';
import { PolicyActivationsService } from './policy-activations.service.js';
import { ActivationGuard } from './preview/activation-guard.js';
import { PolicyLooks } from './preview/policy-looks.js';
import { PolicyPreviewsController } from './preview/policy-previews.controller.js';
import { PolicyPreviewsRepository } from './preview/policy-previews.repository.js';
import { PolicyPreviewsService } from './preview/policy-previews.service.js';
import { PreviewPruning } from './preview/preview-pruning.js';
import { Reconciler } from './reconciler.js';
import { PolicyReplaysController } from './replay/policy-replays.controller.js';
import { PolicyReplays } from './replay/policy-replays.js';
import { PolicyReplaysService } from './replay/policy-replays.service.js';
import { ReplaySubjectsRepository } from './replay/replay-subjects.repository.js';
import { RetentionRescan } from './retention-rescan.js';
import { RetentionRescansRepository } from './retention-rescans.repository.js';
import { RetentionScheduleRepository } from './retention-schedule.repository.js';
import { RetentionScheduler } from './retention-scheduler.js';
import { RetentionSweep } from './retention-sweep.js';
import { RetentionWalk } from './retention-walk.js';
import { RetentionWalkRepository } from './retention-walk.repository.js';
import { TenantSuspensions } from './tenant-suspensions.js';

const REPOSITORIES = [RetentionScheduleRepository, RetentionRescansRepository, RetentionWalkRepository, InstanceArchivesRepository, ClockMarkRepository];
const SERVICES = [RetentionScheduler, InstanceArchives, InstanceMover, Reconciler, BulkReconciler, RetentionRescan, RetentionWalk, TenantSuspensions];
const PREVIEWS = [PolicyLooks, PolicyPreviewsRepository, PolicyPreviewsService, ActivationGuard];
const REPLAYS = [PolicyReplays, PolicyReplaysService, ReplaySubjectsRepository];
const CONTROLLERS = [InstanceRetentionController, PolicyActivationsController, PolicyPreviewsController, PolicyReplaysController];
const WORKERS = [RetentionSweep, PreviewPruning];

/** The roof, over instances and retention. Only a worker sweeps; every process knows the subscription, so that whoever appends can enqueue. */
@Module({})
export class PolicyModule {
  static forRoot(roles: ProcessRoles): DynamicModule {
    return {
      module: PolicyModule,
      controllers: roles.api ? CONTROLLERS : [],
      providers: [...REPOSITORIES, ...SERVICES, ...PREVIEWS, ...REPLAYS, InstanceRetentionService, ExplanationsService, PolicyActivationsService, ...(roles.worker ? WORKERS : [])],
    };
  }
}
