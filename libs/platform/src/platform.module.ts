import { type DynamicModule, Global, Module, type Type } from '@nestjs/common';
import { APP_FILTER, APP_GUARD, APP_INTERCEPTOR, DiscoveryModule } from '@nestjs/core';
import { EventEmitterModule } from '@nestjs/event-emitter';
import { ScheduleModule } from '@nestjs/schedule';
import { TerminusModule } from '@nestjs/terminus';
import { Clock } from './clock/clock.js';
import { ProfileSettings } from './config/profile.settings.js';
import { InstanceKeys } from './crypto/instance-keys.js';
import { Keyring } from './crypto/keyring.js';
import { Database } from './database/database.js';
import { DatabaseTarget } from './database/database-target.js';
import { DatabaseReadiness } from './health/database.readiness.js';
import { HealthController } from './health/health.controller.js';
import { Readiness } from './health/readiness.js';
import { SchemaReadiness } from './health/schema.readiness.js';
import { SequencerReadiness } from './health/sequencer.readiness.js';
import { AllowedMethods } from './http/allowed-methods.js';
import { Authentication } from './http/authentication.js';
import { HttpDrain } from './http/http-drain.js';
import { KeyGuard } from './http/key.guard.js';
import { ProblemFilter } from './http/problem.filter.js';
import { ReadingController } from './http/reading.controller.js';
import { TermsInterceptor } from './http/terms.interceptor.js';
import { IdempotencyInterceptor } from './idempotency/idempotency.interceptor.js';
import { IdempotentReplies } from './idempotency/idempotent-replies.js';
import { IdempotentRequestsRepository } from './idempotency/idempotent-requests.repository.js';
import { ReplyPruning } from './idempotency/reply-pruning.js';
import { InstancePayloads } from './instances/instance-payloads.js';
import { JobMeasures } from './jobs/job-measures.js';
import { Jobs } from './jobs/jobs.js';
import { Pump } from './jobs/pump.js';
import { QueueBacklog } from './jobs/queue-backlog.js';
import { Subscriptions } from './jobs/subscriptions.js';
import { EventsController } from './journal/events.controller.js';
import { EventsService } from './journal/events.service.js';
import { JournalBacklog } from './journal/journal-backlog.js';
import { JournalReader } from './journal/journal-reader.js';
import { PositionedEntries } from './journal/positioned-entries.js';
import { Journal } from './journal/journal.js';
import { Sequencer } from './journal/sequencer.js';
import { Unsealed } from './journal/unsealed.js';
import { KeyHolders } from './key-rotation/key-holders.js';
import { KeyHoldersRepository } from './key-rotation/key-holders.repository.js';
import { FailedLogins } from './limits/failed-logins.js';
import { KeyLimits } from './limits/key-limits.js';
import { ApplicationLogger } from './logging/application-logger.js';
import { loggingModule } from './logging/logging.module.js';
import { DatabaseMetrics } from './metrics/database.metrics.js';
import { HttpMetrics } from './metrics/http.metrics.js';
import { JournalMetrics } from './metrics/journal.metrics.js';
import { Metrics } from './metrics/metrics.js';
import { MetricsController } from './metrics/metrics.controller.js';
import { PlatformStateMetrics } from './metrics/platform-state.metrics.js';
import { Mutations } from './mutations/mutations.js';
import { Draining } from './process/draining.js';
import type { ProcessRoles } from './process/process-roles.js';
import { RefusalRecorder } from './refusals/refusal-recorder.js';
import { RefusedAttempts } from './refusals/refused-attempts.js';
import { PlatformStateRepository } from './switches/platform-state.repository.js';
import { SwitchesController } from './switches/switches.controller.js';
import { SwitchesService } from './switches/switches.service.js';

export interface PlatformOptions {
  /** instances of settings classes; each can be injected by its class */
  settings: object[];
  target: DatabaseTarget;
  keyring: Keyring;
  roles: ProcessRoles;
}

const WORK: Type[] = [
  ...[Database, Mutations, Clock, InstanceKeys, InstancePayloads, Subscriptions, Jobs],
  ...[Journal, JournalReader, PositionedEntries, RefusedAttempts, Sequencer, Unsealed],
];
/** What others may use. */
const GROUND: Type[] = [...WORK, Draining, Metrics, Readiness];
/** Started by `startServer`, since only a process of the product is one. */
const KEY_HOLDERS: Type[] = [KeyHoldersRepository, KeyHolders];
const REPLIES: Type[] = [IdempotentRequestsRepository, IdempotentReplies];
const DOOR: Type[] = [AllowedMethods, KeyLimits, FailedLogins, Authentication, RefusalRecorder, HttpDrain];
const SWITCHES: Type[] = [PlatformStateRepository, SwitchesService];
/** What only tells how the rest is doing. */
const WATCH: Type[] = [JournalBacklog, QueueBacklog, HttpMetrics, DatabaseMetrics, JournalMetrics, PlatformStateMetrics];
const READINESS: Type[] = [DatabaseReadiness, SchemaReadiness, SequencerReadiness];
/** Of every process, of those that a person drives, and of those that answer the API. */
const CONTROLLERS: Type[] = [HealthController, MetricsController];
const DRIVEN_CONTROLLERS: Type[] = [...CONTROLLERS, ReadingController];
const API_CONTROLLERS: Type[] = [...DRIVEN_CONTROLLERS, EventsController, SwitchesController];

/** The ground every feature stands on. Global: the same modules run in every process, only the roles differ. */
@Global()
@Module({})
export class PlatformModule {
  static forRoot({ settings, target, keyring, roles }: PlatformOptions): DynamicModule {
    const given = settings.map((value) => ({ provide: value.constructor as Type, useValue: value }));
    const profile = settings.find((value) => value instanceof ProfileSettings) ?? new ProfileSettings();
    return {
      module: PlatformModule,
      imports: [EventEmitterModule.forRoot(), ScheduleModule.forRoot(), DiscoveryModule, TerminusModule.forRoot({ logger: false }), loggingModule(profile)],
      controllers: controllersOf(roles),
      providers: [
        ...given,
        { provide: DatabaseTarget, useValue: target },
        { provide: Keyring, useValue: keyring },
        ...GROUND,
        ...KEY_HOLDERS,
        ...REPLIES,
        ...DOOR,
        ...SWITCHES,
        ApplicationLogger,
        EventsService,
        ...WATCH,
        ...READINESS,
        ...(roles.worker ? [JobMeasures, Pump, ReplyPruning] : []),
        { provide: APP_FILTER, useClass: ProblemFilter },
        { provide: APP_GUARD, useClass: KeyGuard },
        // the outer one first: what is repeated is tagged, too
        { provide: APP_INTERCEPTOR, useClass: TermsInterceptor },
        { provide: APP_INTERCEPTOR, useClass: IdempotencyInterceptor },
      ],
      exports: [...given.map(({ provide }) => provide), Keyring, ...GROUND],
    };
  }
}

function controllersOf({ api, sandbox }: ProcessRoles): Type[] {
  if (api) return API_CONTROLLERS;
  return sandbox ? DRIVEN_CONTROLLERS : CONTROLLERS;
}
