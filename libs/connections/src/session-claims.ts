import { Injectable } from '@nestjs/common';
import type { Environment, InstanceId, NodeId, TenantId } from '#libs/contracts';
import { Database, type TenantTx } from '#libs/platform';
import type { AuthenticationCreds } from '@whiskeysockets/baileys';
import { ConnectionRecorder } from './connection-recorder.js';
import { ConnectionsRepository, type LockedConnection } from './connections.repository.js';
import { CredentialsRepository } from './credentials.repository.js';
import { type CredentialsOwner, CredentialsStore, type TakenOver } from './credentials-store.js';
import type { FleetMember } from './fleet.repository.js';
import { type Opening, PAIRING_MS, planOpening } from './plan-opening.js';
import { stopOf } from './record-of-end.js';
import { newCredentials } from './whatsapp-engine.js';

/** The right to one socket: nobody older can write any more. */
export interface SessionClaim {
  tenantId: TenantId;
  instanceId: InstanceId;
  environment: Environment;
  node: NodeId;
  owner: CredentialsOwner;
  credentials: AuthenticationCreds;
  pairing: boolean;
  /** how much of the time to pair is left; only while pairing */
  pairingMs: number;
  /** the only number that may be paired; null: any */
  onlyNumber: string | null;
}

const FIRST_DELAY_MS = 1_000;
const LONGEST_DELAY_MS = 120_000;

/** Takes instances over: those that nobody owns, and those whose owner is gone. */
@Injectable()
export class SessionClaims {
  constructor(
    private readonly database: Database,
    private readonly connections: ConnectionsRepository,
    private readonly credentials: CredentialsRepository,
    private readonly store: CredentialsStore,
    private readonly recorder: ConnectionRecorder,
  ) {}

  /** Null when there is nothing to open any more. @throws when the stored credentials cannot be read: nothing has changed then */
  claim({ tenantId, instanceId }: FleetMember, node: NodeId): Promise<SessionClaim | null> {
    return this.database.forTenant(tenantId, async (tx) => this.take(tx, instanceId, await this.connections.lock(tx, instanceId), node));
  }

  /**
   * Several of one tenant at once: those that are still free, and that nobody is changing just now. @throws when one of them cannot be claimed:
   * then none has been
   */
  claimFree(tenantId: TenantId, instanceIds: InstanceId[], node: NodeId): Promise<SessionClaim[]> {
    return this.database.forTenant(tenantId, async (tx) => {
      const rows = await this.connections.lockFree(tx, instanceIds);
      const claims = await Promise.all([...rows].map(([instanceId, row]) => this.take(tx, instanceId, row, node)));
      return claims.filter((claim) => claim !== null);
    });
  }

  /** After a claim that failed: later, and later each time. */
  async postpone({ tenantId, instanceId }: FleetMember): Promise<void> {
    await this.database.forTenant(tenantId, async (tx) => {
      const row = await this.connections.lock(tx, instanceId);
      if (!isClaimable(row)) return;
      const retryInMs = Math.min(LONGEST_DELAY_MS, FIRST_DELAY_MS * 2 ** row.attempts);
      await this.connections.write(tx, instanceId, row.facts, { attempts: row.attempts + 1, retryInMs });
    });
  }

  /** It need not wait for as long as it was told to. */
  async hasten({ tenantId, instanceId }: FleetMember, retryInMs: number): Promise<void> {
    await this.database.forTenant(tenantId, async (tx) => {
      const row = await this.connections.lock(tx, instanceId);
      if (row.ownerNode === null && row.haltedSeq === null && !row.due) await this.connections.patch(tx, instanceId, { retryInMs });
    });
  }

  /** The owner's lease has lapsed: the disconnect of what should run is the platform's doing and starts no clock. Safe to run anywhere at once. */
  async disown({ tenantId, instanceId }: FleetMember): Promise<void> {
    await this.database.forTenant(tenantId, async (tx) => this.free(tx, instanceId, await this.connections.lock(tx, instanceId)));
  }

  /** The same of several of one tenant: those that nobody is changing just now. How many were freed. */
  disownFree(tenantId: TenantId, instanceIds: InstanceId[]): Promise<number> {
    return this.database.forTenant(tenantId, async (tx) => {
      const rows = await this.connections.lockFree(tx, instanceIds);
      const freed = await Promise.all([...rows].map(([instanceId, row]) => this.free(tx, instanceId, row)));
      return freed.filter((done) => done).length;
    });
  }

  private async take(tx: TenantTx, instanceId: InstanceId, row: LockedConnection, node: NodeId): Promise<SessionClaim | null> {
    if (!isClaimable(row)) return null;
    if (row.facts.settledState === 'never_paired') await this.credentials.prepare(tx, instanceId);
    const taken = await this.store.takeOver(tx, instanceId);
    const opening = planOpening(openingFacts(row, taken));
    if (!taken || opening === 'broken') throw new CredentialsMissing(instanceId);
    if (opening === 'expire_pairing') return this.expirePairing(tx, instanceId, row);
    await this.recorder.record(tx, instanceId, row, { kind: opening === 'pair' ? 'pairing' : 'connecting' }, {
      ...{ ownerNode: node, retryInMs: null, restartRequested: false },
    });
    const { tenantId } = tx;
    return { tenantId, instanceId, environment: row.environment, node, ...credentialsFor(opening, taken), ...termsOf(row) };
  }

  /** False when its owner lives after all, or it has none any more. */
  private async free(tx: TenantTx, instanceId: InstanceId, row: LockedConnection): Promise<boolean> {
    if (!row.ownerNode || row.ownerAlive) return false;
    await this.recorder.record(tx, instanceId, row, stopOf(row, 'platform_stopped', null), { ownerNode: null, retryInMs: null, restartRequested: false });
    return true;
  }

  private async expirePairing(tx: TenantTx, instanceId: InstanceId, row: LockedConnection): Promise<null> {
    await this.recorder.record(tx, instanceId, row, { kind: 'pairing_expired' }, {
      ...{ haltedSeq: row.seq, attempts: 0, retryInMs: null, pairingOutcome: 'expired', otherNumberAllowed: false },
    });
    return null;
  }
}

/** A fault: it was paired, and what it was paired with is not there. */
export class CredentialsMissing extends Error {
  constructor(instanceId: InstanceId) {
    super(`${instanceId} was paired and its credentials are not there`);
  }
}

const isClaimable = ({ shouldRun, ownerNode, haltedSeq, due }: LockedConnection): boolean => shouldRun && ownerNode === null && haltedSeq === null && due;

const pairedFor = ({ facts, now }: LockedConnection): number => (facts.pairingSince ? now.getTime() - facts.pairingSince.getTime() : 0);

/** Of a pairing: how long it may take, and whom it may link. */
const termsOf = (row: LockedConnection): Pick<SessionClaim, 'pairingMs' | 'onlyNumber'> => ({
  pairingMs: PAIRING_MS - pairedFor(row),
  onlyNumber: row.otherNumberAllowed ? null : row.phoneNumber,
});

const openingFacts = (row: LockedConnection, taken: TakenOver | null) => ({
  settledState: row.facts.settledState,
  credentials: !taken?.credentials ? ('none' as const) : taken.credentials.account ? ('complete' as const) : ('unfinished' as const),
  revoked: taken?.revoked ?? false,
  pairingForMs: row.facts.state === 'pairing' ? pairedFor(row) : null,
});

/** The one place where new credentials are made. */
function credentialsFor(opening: Exclude<Opening, 'broken' | 'expire_pairing'>, { owner, credentials }: TakenOver) {
  const pairing = opening === 'pair' || !credentials;
  return { owner, pairing, credentials: pairing ? newCredentials() : credentials };
}
