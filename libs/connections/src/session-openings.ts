import { setTimeout as sleep } from 'node:timers/promises';
import { Injectable, Logger } from '@nestjs/common';
import type { Environment, InstanceId, NodeId } from '#libs/contracts';
import { ConnectionLost, isTransient } from '#libs/platform';
import { byTenant } from './by-tenant.js';
import { Complaints } from './complaints.js';
import { ConnectPace, FIRST_LOGIN } from './connect-pace.js';
import { OwnershipLost } from './credentials.repository.js';
import { describeClose } from './describe-close.js';
import type { DueMember } from './fleet.repository.js';
import { LiveSessions } from './live-sessions.js';
import type { Session } from './session.js';
import { type SessionClaim, SessionClaims } from './session-claims.js';
import { SessionOpener } from './session-opener.js';
import { SessionRecords } from './session-records.js';
import { SessionWaker } from './session-waker.js';
import { Tasks } from './tasks.js';
import { within } from './within.js';

/** Claimed in one transaction. */
const GROUP = 8;
const IN_PARALLEL = 50;
/** Claimed ahead of their turn, so that the next round comes before the last of them. */
const AHEAD_MS = 1_200;
/** Until the address of the server is known; what the socket does after that has its own deadline. */
const OPEN_MS = 15_000;

/** Claims what is due and opens it, at one pace for all of it. A tenant or an instance that is slow or broken holds up no other. */
@Injectable()
export class SessionOpenings {
  private readonly ending = new AbortController();
  private readonly pace: ConnectPace;
  private readonly log = new Logger(SessionOpenings.name);
  private readonly complaints = new Complaints(this.log);
  private readonly tasks = new Tasks<InstanceId>(IN_PARALLEL, (error) => this.complaints.failed('nothing can be claimed', error));

  constructor(
    private readonly live: LiveSessions,
    private readonly claims: SessionClaims,
    private readonly records: SessionRecords,
    private readonly opener: SessionOpener,
    private readonly waker: SessionWaker,
  ) {
    this.pace = new ConnectPace(opener.connectsPerSecond);
  }

  get environments(): readonly Environment[] {
    return this.opener.environments;
  }

  /** Still in the queue, perhaps, and no longer to be begun. */
  get underWay(): number {
    return this.live.underWay;
  }

  get ended(): boolean {
    return this.ending.signal.aborted;
  }

  /** How many may be claimed now, as far as the pace goes. */
  get turns(): number {
    return this.tasks.room > 0 && !this.ended ? this.pace.turnsWithin(AHEAD_MS) : 0;
  }

  /** Begins with so many of these at most, and returns how many. `isOwner`: asked again before each connect. */
  open(due: readonly DueMember[], most: number, node: NodeId, isOwner: () => boolean): number {
    const members = due.filter(({ instanceId }) => !this.live.has(instanceId)).slice(0, most);
    for (const group of byTenant(members, GROUP)) this.tasks.start(group[0]!.instanceId, () => this.openGroup(group, node, isOwner));
    return members.length;
  }

  /** Nothing more is opened; what is claimed and not open yet is given back. */
  async end(): Promise<void> {
    this.ending.abort();
    await this.tasks.settled();
  }

  private async openGroup(group: DueMember[], node: NodeId, isOwner: () => boolean): Promise<void> {
    for (const member of group) this.live.begin(member);
    try {
      const claims = await this.claim(group, node);
      this.complaints.works('nothing can be claimed');
      const unclaimed = group.filter(({ instanceId }) => !claims?.some((claim) => claim.instanceId === instanceId));
      if (claims) for (const member of unclaimed) this.live.done(member);
      await Promise.all(claims ? claims.map((claim) => this.openClaim(claim, isOwner)) : group.map((member) => this.openAlone(member, node, isOwner)));
    } finally {
      for (const member of group) this.live.done(member);
    }
  }

  /** Null: one of them is in the way of the others. */
  private claim(group: DueMember[], node: NodeId): Promise<SessionClaim[] | null> {
    const ids = group.map(({ instanceId }) => instanceId);
    return this.claims.claimFree(group[0]!.tenantId, ids, node).catch((error: unknown) => {
      if (error instanceof ConnectionLost) throw error;
      return null;
    });
  }

  /** One whose credentials cannot be read is put off; one that somebody holds up is found again. */
  private async openAlone(member: DueMember, node: NodeId, isOwner: () => boolean): Promise<void> {
    try {
      const claim = await this.claims.claim(member, node);
      if (claim) await this.openClaim(claim, isOwner);
    } catch (error) {
      if (error instanceof ConnectionLost) throw error;
      if (isTransient(error)) return;
      this.log.error(`${member.instanceId} cannot be claimed: ${(error as Error).message}`);
      await this.claims.postpone(member);
    }
  }

  private async openClaim(claim: SessionClaim, isOwner: () => boolean): Promise<void> {
    await sleep(this.pace.take(isFirstLogin(claim) ? FIRST_LOGIN : 1), undefined, { signal: this.ending.signal }).catch(() => undefined);
    // what is not this node's any more is written by whoever takes it over
    if (!isOwner()) return;
    if (this.ended) return this.giveBack(() => this.records.stopped(claim, 'platform_stopped'));
    const opening = this.opener.open(claim, (session) => this.onOver(session));
    try {
      this.live.add(await within(OPEN_MS, `opening ${claim.instanceId}`, opening));
    } catch (error) {
      this.log.error(`${claim.instanceId} cannot be opened: ${(error as Error).message}`);
      // it may still come, when nobody waits for it any more
      void opening.then((session: Session) => session.abandon(), () => undefined);
      await this.giveBack(() => this.records.ended(claim, describeClose(error), !claim.pairing).then(() => undefined));
    }
  }

  private onOver(session: Session): void {
    this.live.remove(session);
    this.waker.wake();
  }

  /** What cannot be written down now is found again: its row names this node, and there is no session. */
  private async giveBack(record: () => Promise<void>): Promise<void> {
    await record().catch((error: Error) => {
      if (!(error instanceof OwnershipLost)) this.complaints.failed('what was not opened is not given back yet', error);
    });
  }
}

/** Its pre-keys have yet to be made. */
const isFirstLogin = ({ credentials }: SessionClaim): boolean => credentials.nextPreKeyId === 1;
