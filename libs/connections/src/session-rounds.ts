import { setTimeout as sleep } from 'node:timers/promises';
import { Injectable, Logger } from '@nestjs/common';
import type { InstanceId, NodeId } from '#libs/contracts';
import { Waker } from '#libs/platform';
import { OwnershipLost } from './credentials.repository.js';
import { describeClose } from './describe-close.js';
import { type FleetMember, FleetRepository, type OwnedMember } from './fleet.repository.js';
import { LiveSessions } from './live-sessions.js';
import { LEASE_MS } from './node-lease.js';
import type { Session } from './session.js';
import { SessionClaims } from './session-claims.js';
import { SessionOpener } from './session-opener.js';
import { SessionRecords } from './session-records.js';

const BATCH = 20;
const ORPHANS = 100;
/** 25 connects a second at most: each costs 37 ms of this core, a first login far more. */
const PACE_MS = 40;
const IN_PARALLEL = 8;
/** A later attempt is found by looking. */
const LONGEST_TIMER_MS = 60_000;

/** The steps of a round. Each looks at the rows and is safe to run at any time, any number of times; what fails for one holds up no other. */
@Injectable()
export class SessionRounds {
  /** Woken when another round should not wait. */
  readonly waker = new Waker();
  /** What the last look at the whole fleet took. */
  lookMs = 0;
  private readonly soon = new Map<InstanceId, FleetMember>();
  private readonly timers = new Set<NodeJS.Timeout>();
  private closing = false;
  private readonly log = new Logger(SessionRounds.name);

  constructor(
    private readonly fleet: FleetRepository,
    private readonly live: LiveSessions,
    private readonly claims: SessionClaims,
    private readonly records: SessionRecords,
    private readonly opener: SessionOpener,
  ) {}

  /** Of owners that are gone: their disconnects are the platform's. How many there were. */
  async disownOrphans(): Promise<number> {
    const orphans = await this.fleet.orphans(LEASE_MS, ORPHANS);
    await this.each(orphans, (orphan) => this.claims.disown(orphan));
    if (orphans.length === ORPHANS) this.waker.wake();
    return orphans.length;
  }

  async endWhatShouldNotRun(node: NodeId): Promise<void> {
    // before the look: what is opened later may be missing in it
    const sessions = this.live.all();
    const owned = new Map((await this.fleet.ownedBy(node)).map((member) => [member.instanceId, member]));
    for (const session of sessions) if (!owned.has(session.claim.instanceId)) session.abandon();
    await this.each([...owned.values()], (member) => this.endIfAsked(member, node));
  }

  /** A batch, paced. `may` is asked before each. */
  async openWhatShouldRun(node: NodeId, may: () => boolean): Promise<void> {
    const room = Math.min(BATCH, this.opener.capacity - this.live.size);
    if (room <= 0) return;
    const members = new Map(this.soon);
    this.soon.clear();
    for (const member of await this.look(room)) members.set(member.instanceId, member);
    for (const member of [...members.values()].slice(0, room)) if (may()) await this.each([member], () => this.open(member, node));
    if (members.size >= room) this.waker.wake();
  }

  /** Ownership is lost. */
  abandonAll(): void {
    for (const session of this.live.all()) session.abandon();
    this.waker.wake();
  }

  /** The process ends: every session says that the platform did it. */
  async closeAll(): Promise<void> {
    this.closing = true;
    for (const timer of this.timers) clearTimeout(timer);
    await this.each(this.live.all(), (session) => session.stop('platform_stopped'));
  }

  private async look(room: number): Promise<FleetMember[]> {
    const from = performance.now();
    const members = await this.fleet.unowned(this.opener.environments, room);
    this.lookMs = performance.now() - from;
    return members;
  }

  private async endIfAsked(member: OwnedMember, node: NodeId): Promise<void> {
    const session = this.live.of(member.instanceId);
    if (!session) return this.records.stopped({ ...member, node }, 'platform_stopped');
    if (member.shouldRun && !member.restartRequested) return;
    // a restart is no stop: the tenant wants it to run
    await session.stop(member.suspended || member.shouldRun ? 'platform_stopped' : 'user_stopped');
  }

  private async open(member: FleetMember, node: NodeId): Promise<void> {
    const claim = await this.claims.claim(member, node).catch((error: Error) => this.postpone(member, error));
    if (!claim) return;
    try {
      this.live.add(await this.opener.open(claim, (session, retryInMs) => this.onOver(session, retryInMs)));
    } catch (error) {
      this.log.error(`${member.instanceId} cannot be opened: ${(error as Error).message}`);
      await this.records.ended(claim, describeClose(error), !claim.pairing);
    }
    await sleep(PACE_MS);
  }

  private async postpone(member: FleetMember, error: Error): Promise<null> {
    this.log.error(`${member.instanceId} cannot be claimed: ${error.message}`);
    await this.claims.postpone(member);
    return null;
  }

  private onOver(session: Session, retryInMs: number | null): void {
    this.live.remove(session);
    if (retryInMs === null || retryInMs > LONGEST_TIMER_MS || this.closing) return this.waker.wake();
    const { tenantId, instanceId } = session.claim;
    // a little later than the row says: the database rounds to the millisecond
    const timer = setTimeout(() => {
      this.timers.delete(timer);
      this.soon.set(instanceId, { tenantId, instanceId });
      this.waker.wake();
    }, retryInMs + 5);
    this.timers.add(timer);
  }

  private async each<T>(items: T[], work: (item: T) => Promise<void>): Promise<void> {
    const queue = [...items];
    const next = async (): Promise<void> => {
      for (let item = queue.shift(); item !== undefined; item = queue.shift()) {
        await work(item).catch((error: Error) => {
          if (!(error instanceof OwnershipLost)) this.log.warn(`one of the sessions waits: ${error.message}`);
        });
      }
    };
    await Promise.all(Array.from({ length: Math.min(IN_PARALLEL, queue.length) }, next));
  }
}
