import { Injectable } from '@nestjs/common';
import type { InstanceId } from '#libs/contracts';
import type { Session } from './session.js';

/** The sessions of this process. What is true of an instance is in its row; this only says what can be reached from here. */
@Injectable()
export class LiveSessions {
  private readonly sessions = new Map<InstanceId, Session>();

  get size(): number {
    return this.sessions.size;
  }

  all(): Session[] {
    return [...this.sessions.values()];
  }

  of(instanceId: InstanceId): Session | undefined {
    return this.sessions.get(instanceId);
  }

  add(session: Session): void {
    this.sessions.set(session.claim.instanceId, session);
  }

  /** Only this very session: a newer one of the same instance stays. */
  remove(session: Session): void {
    if (this.sessions.get(session.claim.instanceId) === session) this.sessions.delete(session.claim.instanceId);
  }
}
