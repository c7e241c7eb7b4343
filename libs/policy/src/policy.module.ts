import { type DynamicModule, Module } from '@nestjs/common';
import type { ProcessRoles } from '#libs/platform';
import { LagWatch } from './backlog/lag-watch.js';
import { RetentionBacklogRepository } from './backlog/retention-backlog.repository.js';
import { RetentionMetrics } from './backlog/retention.metrics.js';
import { BulkAct } from './bulk/bulk-act.js';
import { BulkConfirmation } from './bulk/bulk-confirmation.service.js';
import { BulkMembersRepository } from './bulk/bulk-members.repository.js';
import { BulkRequestsController } from './bulk/bulk-requests.controller.js';
import { BulkRequestsRepository } from './bulk/bulk-requests.repository.js';
import { BulkRequestsService } from './bulk/bulk-requests.service.js';
import { BulkSubjects } from './bulk/bulk-subjects.js';
import { BulkSweep } from './bulk/bulk-sweep.js';
import { BulkTurns } from './bulk/bulk-turns.js';
import { BulkReconciler } from './bulk-reconciler.js';
import { ClockHeartbeat } from './clock/clock-heartbeat.js';
import { ClockMarkRepository } from './clock/clock-mark.repository.js';
import { ClockWatch } from './clock/clock-watch.js';
import { Decisions } from './decisions.js';
import { DeletionConfirmation } from './deletion/deletion-confirmation.service.js';
import { DeletionPlan } from './deletion/deletion-plan.js';
import { DeletionRequestsController } from './deletion/deletion-requests.controller.js';
import { DeletionRequestsRepository } from './deletion/deletion-requests.repository.js';
import { DeletionRequestsService } from './deletion/deletion-requests.service.js';
import { DeletionSubjects } from './deletion/deletion-subjects.js';
import { ExplanationsService } from './explanations.service.js';
import { FormerSwitchNotice } from './former-switch-notice.js';
import { HoldGround } from './holds/hold-ground.js';
import { HoldsController } from './holds/holds.controller.js';
import { HoldsService } from './holds/holds.service.js';
import { PlatformHoldsController } from './holds/platform-holds.controller.js';
import { PlatformHoldsService } from './holds/platform-holds.service.js';
import { InstanceArchives } from './instance-archives.js';
import { InstanceArchivesRepository } from './instance-archives.repository.js';
import { InstanceMover } from './instance-mover.js';
import { InstanceRetentionController } from './instance-retention.controller.js';
import { InstanceRetentionService } from './instance-retention.service.js';
import { MessageCleaning } from './messages/message-cleaning.js';
import { MessageSweep } from './messages/message-sweep.js';
import { OverridePayload } from './overrides/override-payload.js';
import { OverridesController } from './overrides/overrides.controller.js';
import { OverridesRepository } from './overrides/overrides.repository.js';
import { OverridesService } from './overrides/overrides.service.js';
import { PolicyActivationsController } from './policy-activations.controller.js';
import { PolicyActivationsService } from './policy-activations.service.js';
import { ActivationGuard } from './preview/activation-guard.js';
import { PolicyLooks } from './preview/policy-looks.js';
import { PolicyPreviewsController } from './preview/policy-previews.controller.js';
import { PolicyPreviewsRepository } from './preview/policy-previews.repository.js';
import { PolicyPreviewsService } from './preview/policy-previews.service.js';
import { PreviewPruning } from './preview/preview-pruning.js';
import { Reconciler } from './reconciler.js';
import { ApprovalBook } from './removal/approval-book.js';
import { CertificatesRepository } from './removal/certificates.repository.js';
import { Erasure } from './removal/erasure.js';
import { PurgeAct } from './removal/purge-act.js';
import { PurgeAgreementsRepository } from './removal/purge-agreements.repository.js';
import { PurgeApprovals } from './removal/purge-approvals.service.js';
import { PurgeNotices } from './removal/purge-notices.js';
import { PurgeScheduling } from './removal/purge-scheduling.js';
import { PurgesController } from './removal/purges.controller.js';
import { PurgesRepository } from './removal/purges.repository.js';
import { PurgesService } from './removal/purges.service.js';
import { RescanRequests } from './rescan-requests.js';
import { RetentionActs } from './retention-acts.js';
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
import { RetentionRuns } from './runs/retention-runs.js';
import { RunCandidates } from './runs/run-candidates.js';
import { RunPlanner } from './runs/run-planner.js';
import { RunStarts } from './runs/run-starts.js';
import { RunTurns } from './runs/run-turns.js';
import { RunsController } from './runs/runs.controller.js';
import { RunsRepository } from './runs/runs.repository.js';
import { RunsService } from './runs/runs.service.js';
import { TenantDeletionConfirmation } from './tenant-deletion/tenant-deletion-confirmation.service.js';
import { TenantDeletionSweep } from './tenant-deletion/tenant-deletion-sweep.js';
import { TenantDeletionTurns } from './tenant-deletion/tenant-deletion-turns.js';
import { TenantDeletionsController } from './tenant-deletion/tenant-deletions.controller.js';
import { TenantDeletionsRepository } from './tenant-deletion/tenant-deletions.repository.js';
import { TenantDeletionsService } from './tenant-deletion/tenant-deletions.service.js';
import { TenantForgetting } from './tenant-deletion/tenant-forgetting.js';
import { TenantRemovals } from './tenant-deletion/tenant-removals.js';
import { TenantSuspensions } from './tenant-suspensions.js';
import { HoldsOfThePast } from './tombstones/holds-of-the-past.js';
import { PurgeAgain } from './tombstones/purge-again.js';
import { RestoredPurges } from './tombstones/restored-purges.js';
import { TombstoneFile } from './tombstones/tombstone-file.js';
import { TombstoneWriter } from './tombstones/tombstone-writer.js';
import { TombstonesRepository } from './tombstones/tombstones.repository.js';

const REPOSITORIES = [RetentionScheduleRepository, RetentionRescansRepository, RetentionWalkRepository, InstanceArchivesRepository, ClockMarkRepository];
const BULK = [BulkRequestsRepository, BulkMembersRepository, BulkSubjects, BulkRequestsService, BulkConfirmation, BulkAct, BulkTurns];
const TENANTS = [TenantDeletionsRepository, TenantRemovals, TenantForgetting, TenantDeletionTurns, TenantDeletionsService, TenantDeletionConfirmation];
const MESSAGES = [MessageCleaning];
const SERVICES = [ClockWatch, Decisions, RetentionScheduler, InstanceArchives, InstanceMover, Reconciler, BulkReconciler, RetentionRescan, RetentionWalk, TenantSuspensions, RescanRequests];

const REMOVAL = [PurgesRepository, PurgeAgreementsRepository, PurgeNotices, ApprovalBook, PurgeApprovals, CertificatesRepository, PurgesService, PurgeScheduling, PurgeAct, Erasure, RetentionActs];
const TOMBSTONES = [TombstoneFile, TombstonesRepository, HoldsOfThePast, PurgeAgain, RestoredPurges];
const DELETION = [DeletionRequestsRepository, DeletionSubjects, DeletionPlan, DeletionRequestsService, DeletionConfirmation];
const OVERRIDES = [OverridesRepository, OverridePayload, OverridesService];
const RUNS = [RunsRepository, RunCandidates, RunPlanner, RunStarts, RunTurns, RetentionRuns, RunsService];
const HOLDS = [HoldGround, HoldsService, PlatformHoldsService];
const PREVIEWS = [PolicyLooks, PolicyPreviewsRepository, PolicyPreviewsService, ActivationGuard];
const REPLAYS = [PolicyReplays, PolicyReplaysService, ReplaySubjectsRepository];
const PEOPLE = [InstanceRetentionService, ExplanationsService, PolicyActivationsService];
const CONTROLLERS = [
  ...[InstanceRetentionController, PolicyActivationsController, PolicyPreviewsController, PolicyReplaysController],
  ...[HoldsController, PlatformHoldsController, PurgesController, DeletionRequestsController, OverridesController, RunsController, BulkRequestsController, TenantDeletionsController],
];
const BACKLOG = [RetentionBacklogRepository, RetentionMetrics];
const WORKERS = [ClockHeartbeat, RetentionSweep, MessageSweep, BulkSweep, TenantDeletionSweep, LagWatch, TombstoneWriter, PreviewPruning, FormerSwitchNotice];

/** The roof, over instances and retention. Only a worker sweeps; every process knows the subscription, so that whoever appends can enqueue. */
@Module({})
export class PolicyModule {
  static forRoot(roles: ProcessRoles): DynamicModule {
    return {
      module: PolicyModule,
      controllers: roles.api ? CONTROLLERS : [],
      providers: [
        ...[...REPOSITORIES, ...SERVICES, ...MESSAGES, ...BULK, ...TENANTS, ...REMOVAL, ...TOMBSTONES, ...DELETION, ...OVERRIDES, ...RUNS, ...HOLDS, ...PREVIEWS, ...REPLAYS, ...PEOPLE],
        ...BACKLOG,
        ...(roles.worker ? WORKERS : []),
      ],
    };
  }
}
