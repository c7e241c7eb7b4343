import { Injectable } from '@nestjs/common';
import type { InstanceId, TenantId } from '#libs/contracts';
import { Database, nextCycle, type TenantTx } from '#libs/platform';
import { isStopped, type StopReason } from './choose-stop-reason.js';
import { ConnectionRecorder } from './connection-recorder.js';
import { ConnectionsRepository, type LockedConnection } from './connections.repository.js';
import { CredentialsRepository, OwnershipLost } from './credentials.repository.js';
import { sealCredentials } from './credentials-store.js';
import { type ConnectHistory, type NextStep, planReconnect, type SocketClose } from './plan-reconnect.js';
import { FREE, recordOfEnd, stopOf } from './record-of-end.js';
import type { SessionClaim } from './session-claims.js';
import { SignalKeysRepository } from './signal-keys.repository.js';

/** A connection that held this long was no flap. */
const STABLE_MS = 60_000;

type Owned = Pick<SessionClaim, 'tenantId' | 'instanceId' | 'node'>;

/** What happens to a session, written under the instance's lock and only while the session is the owner. */
@Injectable()
export class SessionRecords {
  constructor(
    private readonly database: Database,
    private readonly connections: ConnectionsRepository,
    private readonly recorder: ConnectionRecorder,
    private readonly credentials: CredentialsRepository,
    private readonly signalKeys: SignalKeysRepository,
  ) {}

  /** WhatsApp accepted the new device: its first durable credentials. What belonged to a revoked identity before goes. @throws OwnershipLost */
  async paired(claim: SessionClaim, snapshot: Buffer, phoneNumber: string): Promise<void> {
    const { instanceId, owner } = claim;
    await this.asOwner(claim, async (tx, row) => {
      await this.credentials.replace(tx, instanceId, owner.epoch, sealCredentials(owner.key, snapshot));
      await this.signalKeys.take(tx, instanceId);
      await this.recorder.record(tx, instanceId, row, { kind: 'paired' }, { attempts: 0, pairingOutcome: null, otherNumberAllowed: false });
      await this.connections.notePhone(tx, instanceId, phoneNumber);
      await this.recorder.appendPaired(tx, instanceId, phoneNumber);
    });
  }

  /** False when it should not run any more: then it must close. @throws OwnershipLost */
  opened(claim: SessionClaim, profileName: string | null): Promise<boolean> {
    const { instanceId, owner } = claim;
    return this.asOwner(claim, async (tx, row) => {
      if (!row.shouldRun) return false;
      await this.credentials.holdFence(tx, instanceId, owner.epoch);
      const cycle = await nextCycle(tx, instanceId);
      await this.recorder.record(tx, instanceId, row, { kind: 'opened' }, { attempts: 0, retryInMs: null });
      await this.connections.noteConnected(tx, instanceId, profileName);
      await this.recorder.appendOpened(tx, instanceId, cycle);
      return true;
    });
  }

  /** The socket has ended by itself: settles what follows and gives the instance up. Null when nobody retries. @throws OwnershipLost */
  ended(claim: SessionClaim, close: SocketClose, paired: boolean): Promise<{ next: NextStep; retryInMs: number | null }> {
    return this.asOwner(claim, async (tx, row) => {
      const history = historyOf(row);
      const next = planReconnect(close, { paired, ...history }, Math.random());
      const { change, patch } = recordOfEnd(row, next, close.code, history);
      if (next.step === 'stop' && next.revoke) await this.credentials.markRevoked(tx, claim.instanceId, row.now);
      if (change) await this.recorder.record(tx, claim.instanceId, row, change, patch);
      else await this.connections.patch(tx, claim.instanceId, patch);
      return { next, retryInMs: patch.retryInMs ?? null };
    });
  }

  /** We ended it. @throws OwnershipLost */
  async stopped(claim: Owned, reason: StopReason): Promise<void> {
    await this.asOwner(claim, (tx, row) => this.recorder.record(tx, claim.instanceId, row, stopOf(row, reason, null), { ...FREE, restartRequested: false }));
  }

  /** It was stopped or archived between two attempts, when no session was there to say so. Safe to run late and twice. */
  async settleStopped(tenantId: TenantId, instanceId: InstanceId): Promise<void> {
    await this.database.forTenant(tenantId, async (tx) => {
      const row = await this.connections.lock(tx, instanceId);
      if (!isStopped(row) || row.ownerNode !== null || row.facts.state === 'never_paired') return;
      // who is banned for a time waits for its end, also after a stop and a start
      await this.recorder.record(tx, instanceId, row, stopOf(row, 'user_stopped', null), row.facts.settledReason === 'banned' ? {} : FREE);
    });
  }

  /** A message came or went: a stamp, at a rate the caller bounds. */
  async active({ tenantId, instanceId, node }: SessionClaim): Promise<void> {
    await this.database.forTenant(tenantId, (tx) => this.connections.noteActivity(tx, instanceId, node));
  }

  private asOwner<T>({ tenantId, instanceId, node }: Owned, work: (tx: TenantTx, row: LockedConnection) => Promise<T>): Promise<T> {
    return this.database.forTenant(tenantId, async (tx) => {
      const row = await this.connections.lock(tx, instanceId);
      if (row.ownerNode !== node) throw new OwnershipLost(instanceId);
      return work(tx, row);
    });
  }
}

/** A login that failed counts as an attempt, a connection that did not last as a flap; one that lasted makes everything forgotten. */
function historyOf({ facts, now, attempts, flaps }: LockedConnection): Pick<ConnectHistory, 'attempts' | 'flaps'> {
  if (facts.state !== 'connected') return { attempts: attempts + 1, flaps };
  return { attempts: 0, flaps: now.getTime() - facts.since.getTime() < STABLE_MS ? flaps + 1 : 0 };
}
