import { Injectable, Logger } from '@nestjs/common';
import type { InstanceId, NodeId } from '#libs/contracts';
import { chooseToShed } from './choose-to-shed.js';
import { Complaints } from './complaints.js';
import { OwnershipLost } from './credentials.repository.js';
import type { Held } from './fair-share.js';
import { type CalledMember, type FleetMember, FleetRepository } from './fleet.repository.js';
import { LiveSessions } from './live-sessions.js';
import type { Session } from './session.js';
import { SessionRecords } from './session-records.js';
import { Tasks } from './tasks.js';
import { within } from './within.js';

/** At a time: each is a transaction, and the lease is renewed over the same connections. */
const IN_PARALLEL = 50;
/** When the process ends nothing else is to be done; most of the time each waits until its socket is quiet. */
const LAST_IN_PARALLEL = 200;
const LAST_MS = 10_000;
const PAGE = 100;
const LOGOUT_MS = 10_000;

/** Ends sessions: those that should not run here, those that move to another node, and all of them. */
@Injectable()
export class SessionEndings {
  private tellShed: (sessions: number) => void = () => undefined;
  private walkedTo: FleetMember | null = null;
  private readonly complaints = new Complaints(new Logger(SessionEndings.name));
  private readonly tasks = new Tasks<InstanceId>(IN_PARALLEL, (error, instanceId) => this.complaints.failed(`${instanceId} cannot be given back`, error));

  constructor(
    private readonly fleet: FleetRepository,
    private readonly live: LiveSessions,
    private readonly records: SessionRecords,
  ) {}

  /** For whoever counts those that went to other nodes. */
  onShed(tell: (sessions: number) => void): void {
    this.tellShed = tell;
  }

  /** What was stopped, archived, suspended or shall begin anew. */
  async endCalled(node: NodeId): Promise<void> {
    for (const member of await this.fleet.called(node)) this.end(member);
  }

  /** Rows that say that a session is here which is not, because its end could not be written down. */
  async settleLeftOver(node: NodeId): Promise<void> {
    const left = this.live.leftOver();
    if (left.length === 0) return;
    const owned = new Set((await this.fleet.ownedOf(node, left)).map(({ instanceId }) => instanceId));
    for (const member of left) {
      if (!owned.has(member.instanceId)) this.live.forget(member);
      else if (!this.live.has(member.instanceId)) this.tasks.start(member.instanceId, () => this.giveBack(member, node));
    }
  }

  /** A page of what this node owns, another one each time: what is nowhere in memory is found again, without reading all of it at once. */
  async walk(node: NodeId): Promise<void> {
    const page = await this.fleet.owned(node, this.walkedTo, PAGE);
    this.walkedTo = page.length === PAGE ? page.at(-1)! : null;
    for (const member of page) if (!this.live.has(member.instanceId)) this.live.leave(member);
  }

  /** The socket is closed before the instance is free, and no clock starts. */
  shedSome(count: Held): void {
    this.tellShed(chooseToShed(this.live.all(), count).filter((session) => this.stop(session)).length);
  }

  /** Ownership is lost. */
  abandonAll(): void {
    for (const session of this.live.all()) session.abandon();
  }

  /** The process ends: every session says that the platform did it. What has not ended in time is left to the others. */
  async endAll(): Promise<void> {
    const waiting = this.live.all();
    const next = async (): Promise<void> => {
      for (let session = waiting.shift(); session; session = waiting.shift()) await session.stop('platform_stopped');
    };
    const all = Promise.all([this.tasks.settled(), ...Array.from({ length: LAST_IN_PARALLEL }, next)]);
    await this.complaints.attempt('not every session has ended in order', () => within(LAST_MS, 'it', all).then(() => undefined));
    this.abandonAll();
  }

  private end({ tenantId, instanceId, logsOut }: CalledMember): void {
    const session = this.live.of(instanceId);
    // whom a person has stopped is put down as such; a restart is no stop
    if (session) this.stop(session, logsOut);
    else if (!this.live.has(instanceId)) this.live.leave({ tenantId, instanceId });
  }

  private stop(session: Session, logsOut = false): boolean {
    return this.tasks.start(session.claim.instanceId, async () => {
      this.live.end(session);
      if (logsOut) await this.complaints.attempt(`${session.claim.instanceId} may not have logged out`, () => within(LOGOUT_MS, 'a logout', session.leaveAccount()));
      await session.stop('platform_stopped');
    });
  }

  private async giveBack(member: FleetMember, node: NodeId): Promise<void> {
    this.live.settle(member);
    try {
      await this.records.stopped({ ...member, node }, 'platform_stopped');
    } catch (error) {
      if (!(error instanceof OwnershipLost)) throw error;
    } finally {
      this.live.settled(member);
    }
    this.live.forget(member);
  }
}
