import { Injectable } from '@nestjs/common';
import type { Caller, InstanceId } from '#libs/contracts';
import { Database, Mutations } from '#libs/platform';
import { ConnectionAsks } from './connection-asks.js';
import type { ConnectionDto, PairingCodeDto, PairingDto } from './connection.dto.js';
import { InstanceNotRunning, NoPairing } from './connections.errors.js';
import { type ConnectionView, ConnectionViews } from './connection-views.repository.js';
import { ConnectionsRepository } from './connections.repository.js';
import { SessionsService } from './sessions.service.js';

/** What people ask of a connection. They change rows; the node that holds the session follows. */
@Injectable()
export class ConnectionsService {
  constructor(
    private readonly database: Database,
    private readonly mutations: Mutations,
    private readonly connections: ConnectionsRepository,
    private readonly views: ConnectionViews,
    private readonly sessions: SessionsService,
    private readonly asks: ConnectionAsks,
  ) {}

  /** @throws InstanceNotFound; SessionElsewhere while another node pairs it */
  async read(caller: Caller, instanceId: InstanceId): Promise<ConnectionDto> {
    const view = await this.database.readForCaller(caller, (tx) => this.views.read(tx, instanceId));
    return toDto(view, this.sessions.pairingOf(instanceId, view));
  }

  /** @throws NoPairing when there is none to scan now */
  async readQr(caller: Caller, instanceId: InstanceId): Promise<string> {
    const { state, pairing } = await this.read(caller, instanceId);
    if (!pairing) throw new NoPairing(state);
    return pairing.qr;
  }

  /**
   * Closes the session, if there is one, and connects again; also what was given up. `allowOtherNumber`: the pairing that follows, if one does,
   * may link a phone with another number. @throws InstanceNotRunning
   */
  restart(caller: Caller, instanceId: InstanceId, allowOtherNumber: boolean): Promise<ConnectionDto> {
    return this.mutations.forCaller(caller, async (tx) => {
      const row = await this.connections.lock(tx, instanceId);
      if (!row.shouldRun) throw new InstanceNotRunning();
      await this.asks.again(tx, instanceId, row, { otherNumberAllowed: allowOtherNumber });
      // what could be scanned until now is over
      return toDto(await this.views.read(tx, instanceId), null);
    });
  }

  /** @throws NoPairing when it is not pairing now */
  async requestPairingCode(caller: Caller, instanceId: InstanceId, phoneNumber: string): Promise<PairingCodeDto> {
    const { state } = await this.read(caller, instanceId);
    return { pairingCode: await this.sessions.requestPairingCode(instanceId, state, phoneNumber) };
  }
}

const toDto = (view: ConnectionView, pairing: PairingDto | null): ConnectionDto => ({
  ...{ state: view.state, reason: view.reason, since: view.since.toISOString() },
  ...{ phoneNumber: view.phoneNumber, profileName: view.profileName, ownerNode: view.ownerNode },
  ...{ retryAt: view.retryAt?.toISOString() ?? null, attempts: view.attempts, flaps: view.flaps, halted: view.halted },
  lastClose: view.lastClose && { ...view.lastClose, at: view.lastClose.at.toISOString() },
  ...{ lastPairing: view.pairingOutcome, pairing },
});
