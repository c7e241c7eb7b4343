import { Injectable } from '@nestjs/common';
import type { Environment, NodeId } from '#libs/contracts';
import { FleetRepository } from './fleet.repository.js';
import { NodeShare } from './node-share.js';
import { OrphanWatch } from './orphan-watch.js';
import { SessionEndings } from './session-endings.js';
import { SessionOpenings } from './session-openings.js';

/** What no hint tells is looked at this often: whose nodes are gone, what is due, what other nodes do. */
export const LOOK_EVERY_MS = 1_000;
/** More is due than could be begun, or is about to be. */
const GO_ON_MS = 300;

/**
 * One round of a worker. Each step looks at the rows and is safe to run at any time, any number of times; none waits for a session, and what a
 * look costs follows from what is to be done, not from how many instances there are.
 */
@Injectable()
export class SessionRounds {
  private lookedAt = -Infinity;

  constructor(
    private readonly fleet: FleetRepository,
    private readonly share: NodeShare,
    private readonly orphans: OrphanWatch,
    private readonly endings: SessionEndings,
    private readonly openings: SessionOpenings,
  ) {}

  /** Of which instances this worker can reach the server. */
  get environments(): readonly Environment[] {
    return this.openings.environments;
  }

  /** In how many ms the next one should be. */
  async run(node: NodeId, isOwner: () => boolean): Promise<number> {
    const nodes = await this.share.look(node);
    const isTime = performance.now() - this.lookedAt >= LOOK_EVERY_MS;
    if (isTime) this.lookedAt = performance.now();
    if (isTime && (await this.orphans.look(nodes))) this.lookedAt = -Infinity;
    if (isTime) await this.endings.walk(node);
    // a process that is told to stop still answers for a while, with what it has
    if (isTime && !this.openings.ended) this.endings.shedSome(this.share.shed);
    await this.endings.endCalled(node);
    await this.endings.settleLeftOver(node);
    const pause = await this.open(node, isOwner);
    return this.share.othersDrain ? Math.min(GO_ON_MS, pause) : pause;
  }

  /** Before the first request is answered: no row says connected on behalf of a process that is gone. */
  async begin(node: NodeId): Promise<void> {
    await this.orphans.look(await this.share.look(node));
    await this.orphans.settled();
  }

  /** Ownership is lost. */
  abandonAll(): void {
    this.endings.abandonAll();
  }

  endOpening(): Promise<void> {
    return this.openings.end();
  }

  endAll(): Promise<void> {
    return this.endings.endAll();
  }

  private async open(node: NodeId, isOwner: () => boolean): Promise<number> {
    const room = Math.min(this.share.room, this.openings.turns);
    if (room === 0) return this.share.room > 0 ? GO_ON_MS : LOOK_EVERY_MS;
    const { environments, underWay } = this.openings;
    const [due, nextInMs] = await Promise.all([this.fleet.due(environments, room + underWay), this.fleet.nextDueInMs(environments)]);
    if (this.openings.open(due, room, node, isOwner) === room) return GO_ON_MS;
    // a little later than the row says: the database rounds to the millisecond
    return nextInMs === null ? LOOK_EVERY_MS : Math.min(LOOK_EVERY_MS, Math.max(0, nextInMs) + 5);
  }
}
