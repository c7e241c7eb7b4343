import { Injectable } from '@nestjs/common';
import { EventEmitter2 } from '@nestjs/event-emitter';
import type { Caller, InstanceId, LifecycleEvent, TenantId } from '#libs/contracts';
import { Database, Mutations, OnLifecycle, type TenantTx } from '#libs/platform';
import { CONNECTION_ASKED } from './connection-asked.js';
import type { ConnectionDto, PairingCodeDto, PairingDto } from './connection.dto.js';
import { InstanceNotConnected, InstanceNotRunning, NoPairing } from './connections.errors.js';
import { ConnectionsRepository, type ConnectionView, type LockedConnection } from './connections.repository.js';
import { SessionRecords } from './session-records.js';
import { SessionsService } from './sessions.service.js';

/** What people ask of a connection. They change rows; the node that holds the session follows. */
@Injectable()
export class ConnectionsService {
  constructor(
    private readonly database: Database,
    private readonly mutations: Mutations,
    private readonly connections: ConnectionsRepository,
    private readonly sessions: SessionsService,
    private readonly records: SessionRecords,
    private readonly emitter: EventEmitter2,
  ) {}

  /** @throws InstanceNotFound; SessionElsewhere while another node pairs it */
  async read(caller: Caller, instanceId: InstanceId): Promise<ConnectionDto> {
    const view = await this.database.forCaller(caller, (tx) => this.connections.read(tx, instanceId));
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
      await this.ask(tx, instanceId, row, allowOtherNumber);
      // what could be scanned until now is over
      return toDto(await this.connections.read(tx, instanceId), null);
    });
  }

  /** Takes the device off the WhatsApp account. The credentials are then of no use, and stay. @throws InstanceNotConnected, SessionElsewhere */
  async logout(caller: Caller, instanceId: InstanceId): Promise<ConnectionDto> {
    const { state } = await this.read(caller, instanceId);
    const session = await this.sessions.reach(caller.tenantId, instanceId);
    await session.logout().catch(() => {
      throw new InstanceNotConnected(state);
    });
    return this.read(caller, instanceId);
  }

  /** @throws NoPairing when it is not pairing now */
  async requestPairingCode(caller: Caller, instanceId: InstanceId, phoneNumber: string): Promise<PairingCodeDto> {
    const { state } = await this.read(caller, instanceId);
    return { pairingCode: await this.sessions.requestPairingCode(instanceId, state, phoneNumber) };
  }

  /**
   * Started again: what was given up (logged out, banned, replaced, nobody scanned) is tried once more. A start from before it was given up
   * arrives too late and asks for nothing.
   */
  @OnLifecycle(['instance.started', 'instance.restored'], { queue: 'connections.resume' })
  async onStarted({ tenantId, instanceId, seq }: LifecycleEvent<'instance.started' | 'instance.restored'>): Promise<void> {
    await this.resume(tenantId, instanceId, seq);
  }

  /** Whoever is between two attempts has no session that could put a stop on record. */
  @OnLifecycle(['instance.stopped', 'instance.archived'], { queue: 'connections.settle' })
  async onEnded({ tenantId, instanceId }: LifecycleEvent<'instance.stopped' | 'instance.archived'>): Promise<void> {
    await this.records.settleStopped(tenantId, instanceId);
  }

  private async resume(tenantId: TenantId, instanceId: InstanceId, seq: number): Promise<void> {
    await this.database.forTenant(tenantId, async (tx) => {
      const row = await this.connections.lock(tx, instanceId);
      if (row.shouldRun && row.haltedSeq !== null && row.haltedSeq < seq) await this.ask(tx, instanceId, row, row.otherNumberAllowed);
    });
  }

  private async ask(tx: TenantTx, instanceId: InstanceId, row: LockedConnection, otherNumberAllowed: boolean): Promise<void> {
    // whoever is banned for a time waits for its end: asking earlier makes it longer
    const mustWait = row.facts.settledReason === 'banned' && row.haltedSeq === null;
    await this.connections.patch(tx, instanceId, {
      ...{ restartRequested: row.ownerNode !== null, haltedSeq: null, attempts: 0, flaps: 0, otherNumberAllowed },
      ...(mustWait ? {} : { retryInMs: null }),
    });
    tx.afterCommit(() => this.emitter.emit(CONNECTION_ASKED));
  }
}

const toDto = (view: ConnectionView, pairing: PairingDto | null): ConnectionDto => ({
  ...{ state: view.state, reason: view.reason, since: view.since.toISOString() },
  ...{ phoneNumber: view.phoneNumber, profileName: view.profileName, ownerNode: view.ownerNode },
  ...{ retryAt: view.retryAt?.toISOString() ?? null, attempts: view.attempts, flaps: view.flaps, halted: view.halted },
  lastClose: view.lastClose && { ...view.lastClose, at: view.lastClose.at.toISOString() },
  ...{ lastPairing: view.pairingOutcome, pairing },
});
