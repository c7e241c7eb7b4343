import { Injectable } from '@nestjs/common';
import type { InstanceId } from '#libs/contracts';
import type { Held } from './fair-share.js';
import type { DueMember, FleetMember } from './fleet.repository.js';
import type { Session } from './session.js';

/** The sessions of this process. What is true of an instance is in its row; this only says what can be reached from here. */
@Injectable()
export class LiveSessions {
  private readonly sessions = new Map<InstanceId, Session>();
  private readonly ending = new Set<Session>();
  private readonly opening = new Map<InstanceId, DueMember>();
  private readonly settling = new Set<InstanceId>();
  private readonly left = new Map<InstanceId, FleetMember>();

  get size(): number {
    return this.sessions.size;
  }

  get underWay(): number {
    return this.opening.size;
  }

  /** What this node has taken on: sessions that are not ending, and those that it is opening. */
  get held(): Held {
    const held: Held = { live: 0, test: 0 };
    for (const { environment } of this.opening.values()) held[environment]++;
    for (const session of this.sessions.values()) if (!this.ending.has(session)) held[session.claim.environment]++;
    return held;
  }

  /** Oldest first. */
  all(): Session[] {
    return [...this.sessions.values()];
  }

  of(instanceId: InstanceId): Session | undefined {
    return this.sessions.get(instanceId);
  }

  /** Whether something is being done about it here: then its row may name this node, or is about to change. */
  has(instanceId: InstanceId): boolean {
    return this.sessions.has(instanceId) || this.opening.has(instanceId) || this.settling.has(instanceId);
  }

  begin(member: DueMember): void {
    this.opening.set(member.instanceId, member);
  }

  /** Its opening is over, whatever came of it. */
  done(member: FleetMember): void {
    this.opening.delete(member.instanceId);
    if (!this.sessions.has(member.instanceId)) this.leave(member);
  }

  add(session: Session): void {
    this.opening.delete(session.claim.instanceId);
    this.sessions.set(session.claim.instanceId, session);
  }

  /** It is about to end, and counts no more. */
  end(session: Session): void {
    this.ending.add(session);
  }

  /** Only this very session: a newer one of the same instance stays. */
  remove(session: Session): void {
    this.ending.delete(session);
    if (this.sessions.get(session.claim.instanceId) !== session) return;
    this.sessions.delete(session.claim.instanceId);
    this.leave(session.claim);
  }

  /** It is not here, and its row may still say that it is. */
  leave({ tenantId, instanceId }: FleetMember): void {
    this.left.set(instanceId, { tenantId, instanceId });
  }

  leftOver(): FleetMember[] {
    return [...this.left.values()].filter(({ instanceId }) => !this.has(instanceId));
  }

  /** Its row is being put right. */
  settle({ instanceId }: FleetMember): void {
    this.settling.add(instanceId);
  }

  settled({ instanceId }: FleetMember): void {
    this.settling.delete(instanceId);
  }

  /** Its row says so, too. */
  forget({ instanceId }: FleetMember): void {
    this.left.delete(instanceId);
  }
}
