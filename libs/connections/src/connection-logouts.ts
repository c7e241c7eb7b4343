import { Injectable } from '@nestjs/common';
import type { Caller, InstanceId } from '#libs/contracts';
import { Database, Journal } from '#libs/platform';
import type { ConnectionDto } from './connection.dto.js';
import { InstanceNotConnected } from './connections.errors.js';
import { ConnectionsService } from './connections.service.js';
import { SessionsService } from './sessions.service.js';

/** Devices that are to leave their WhatsApp account because a person asks for it. */
@Injectable()
export class ConnectionLogouts {
  constructor(
    private readonly database: Database,
    private readonly journal: Journal,
    private readonly connections: ConnectionsService,
    private readonly sessions: SessionsService,
  ) {}

  /** The credentials are then of no use, and stay. Who asked is on record before anything is done. @throws InstanceNotConnected, SessionElsewhere */
  async logout(caller: Caller, instanceId: InstanceId): Promise<ConnectionDto> {
    const { state } = await this.connections.read(caller, instanceId);
    const session = await this.sessions.reach(caller.tenantId, instanceId);
    await this.record(caller, instanceId);
    await session.logout().catch(() => {
      throw new InstanceNotConnected(state);
    });
    return this.connections.read(caller, instanceId);
  }

  private record(caller: Caller, instanceId: InstanceId): Promise<unknown> {
    const asked = { type: 'connection.logout_requested', instanceId, actor: caller.actor, data: { purgeId: null } } as const;
    return this.database.forCaller(caller, (tx) => this.journal.append(tx, asked));
  }
}
