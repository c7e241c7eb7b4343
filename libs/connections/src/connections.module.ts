import { type DynamicModule, Module, type Type } from '@nestjs/common';
import { Sessions } from '#libs/contracts';
import type { ProcessRoles } from '#libs/platform';
import { ConnectionAsks } from './connection-asks.js';
import { ConnectionRecorder } from './connection-recorder.js';
import { ConnectionLogouts } from './connection-logouts.js';
import { ConnectionResumption } from './connection-resumption.js';
import { ConnectionStreams } from './connection-streams.js';
import { ConnectionViews } from './connection-views.repository.js';
import { ConnectionsController } from './connections.controller.js';
import { ConnectionsRepository } from './connections.repository.js';
import { ConnectionsService } from './connections.service.js';
import { ConnectionPayload } from './connection-payload.js';
import { CredentialsPayload } from './credentials-payload.js';
import { CredentialsRepository } from './credentials.repository.js';
import { CredentialsStore } from './credentials-store.js';
import { FleetMetrics } from './fleet.metrics.js';
import { FleetRepository } from './fleet.repository.js';
import { LiveSessions } from './live-sessions.js';
import { NodeLease } from './node-lease.js';
import { NodeMetrics } from './node.metrics.js';
import { NodeShare } from './node-share.js';
import { NodesController } from './nodes.controller.js';
import { NodesRepository } from './nodes.repository.js';
import { NodesService } from './nodes.service.js';
import { OrphanWatch } from './orphan-watch.js';
import { SessionClaims } from './session-claims.js';
import { SessionEndings } from './session-endings.js';
import { SessionHost } from './session-host.js';
import { SessionKeeping } from './session-keeping.js';
import { SessionMetrics } from './session.metrics.js';
import { SessionOpener } from './session-opener.js';
import { SessionOpenings } from './session-openings.js';
import { SessionRecords } from './session-records.js';
import { SessionRounds } from './session-rounds.js';
import { SessionWaker } from './session-waker.js';
import { ShareMetrics } from './share.metrics.js';
import { SessionWatches } from './session-watches.js';
import { SessionsService } from './sessions.service.js';
import { ConnectionSettingsRepository } from './settings/connection-settings.repository.js';
import { InstanceSettingsController } from './settings/instance-settings.controller.js';
import { InstanceSettingsService } from './settings/instance-settings.service.js';
import { ProxyTargets } from './settings/proxy-targets.js';
import { SessionBehaviours } from './settings/session-behaviours.js';
import { SettingsPayload } from './settings/settings-payload.js';
import { SettingsRecorder } from './settings/settings-recorder.js';
import { SettingsStore } from './settings/settings-store.js';
import { SettingsWatch } from './settings/settings-watch.js';
import { SignalKeysRepository } from './signal-keys.repository.js';
import { SignalMemory } from './signal-memory.js';
import { StormWatch } from './storm-watch.js';
import { RejectedWatch } from './version/rejected-watch.js';
import { WhatsAppVersionController } from './version/whatsapp-version.controller.js';
import { WhatsAppVersionRepository } from './version/whatsapp-version.repository.js';
import { WhatsAppVersionService } from './version/whatsapp-version.service.js';
import { WhatsAppVersions } from './version/whatsapp-versions.js';
import { WhatsAppServers } from './whatsapp-servers.js';

const TABLES: Type[] = [ConnectionsRepository, ConnectionViews, CredentialsRepository, SignalKeysRepository, NodesRepository, FleetRepository];
const SETTINGS: Type[] = [ConnectionSettingsRepository, SettingsStore, SettingsPayload, SettingsRecorder, ProxyTargets, InstanceSettingsService];
const EVERYWHERE: Type[] = [...TABLES, WhatsAppVersionRepository, WhatsAppVersionService, ...SETTINGS, LiveSessions, NodeLease, ConnectionRecorder, SessionRecords, ConnectionAsks, ConnectionResumption, ConnectionsService, ConnectionLogouts, CredentialsPayload, ConnectionPayload, NodesService, FleetMetrics];
const WORKER: Type[] = [
  ...[SignalMemory, CredentialsStore, SessionClaims, WhatsAppServers, SessionKeeping, SessionOpener, SessionWaker, SessionOpenings, SessionEndings],
  ...[OrphanWatch, NodeShare, SessionRounds, StormWatch, SessionBehaviours, SettingsWatch, WhatsAppVersions, RejectedWatch, SessionWatches, SessionHost, NodeMetrics, ShareMetrics, SessionMetrics],
];

/**
 * WhatsApp sessions. The ports and the subscriptions are there in every process; sockets only where the role `worker` is.
 * A worker needs a provider of `MessageArchive`, and one of `SandboxDirectory` where test instances shall run.
 */
@Module({})
export class ConnectionsModule {
  static forRoot(roles: ProcessRoles): DynamicModule {
    return {
      module: ConnectionsModule,
      global: true,
      controllers: roles.api ? [ConnectionsController, InstanceSettingsController, NodesController, WhatsAppVersionController] : [],
      providers: [...EVERYWHERE, ...(roles.api ? [ConnectionStreams] : []), ...(roles.worker ? WORKER : []), SessionsService, { provide: Sessions, useExisting: SessionsService }],
      exports: [Sessions],
    };
  }
}
