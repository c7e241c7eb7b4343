import { type DynamicModule, Module, type Type } from '@nestjs/common';
import { Sessions } from '#libs/contracts';
import type { ProcessRoles } from '#libs/platform';
import { ConnectionRecorder } from './connection-recorder.js';
import { ConnectionStreams } from './connection-streams.js';
import { ConnectionsController } from './connections.controller.js';
import { ConnectionsRepository } from './connections.repository.js';
import { ConnectionsService } from './connections.service.js';
import { CredentialsPayload } from './credentials-payload.js';
import { CredentialsRepository } from './credentials.repository.js';
import { CredentialsStore } from './credentials-store.js';
import { FleetMetrics } from './fleet.metrics.js';
import { FleetRepository } from './fleet.repository.js';
import { LiveSessions } from './live-sessions.js';
import { NodeLease } from './node-lease.js';
import { NodeMetrics } from './node.metrics.js';
import { NodesController } from './nodes.controller.js';
import { NodesRepository } from './nodes.repository.js';
import { NodesService } from './nodes.service.js';
import { SessionClaims } from './session-claims.js';
import { SessionHost } from './session-host.js';
import { SessionMetrics } from './session.metrics.js';
import { SessionOpener } from './session-opener.js';
import { SessionRecords } from './session-records.js';
import { SessionRounds } from './session-rounds.js';
import { SessionsService } from './sessions.service.js';
import { SignalKeysRepository } from './signal-keys.repository.js';
import { StormWatch } from './storm-watch.js';

const TABLES: Type[] = [ConnectionsRepository, CredentialsRepository, SignalKeysRepository, NodesRepository, FleetRepository];
const EVERYWHERE: Type[] = [...TABLES, LiveSessions, NodeLease, ConnectionRecorder, SessionRecords, ConnectionsService, CredentialsPayload, NodesService, FleetMetrics];
const WORKER: Type[] = [CredentialsStore, SessionClaims, SessionOpener, SessionRounds, StormWatch, SessionHost, NodeMetrics, SessionMetrics];

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
      controllers: roles.api ? [ConnectionsController, NodesController] : [],
      providers: [...EVERYWHERE, ...(roles.api ? [ConnectionStreams] : []), ...(roles.worker ? WORKER : []), SessionsService, { provide: Sessions, useExisting: SessionsService }],
      exports: [Sessions],
    };
  }
}
