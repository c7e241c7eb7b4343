import { Injectable, Logger } from '@nestjs/common';
import type { NodeId } from '#libs/contracts';
import { sum } from './apportion.js';
import { crampedAt, fairShares, type Held, roomElsewhere, type SharingNode, totalOf } from './fair-share.js';
import { FleetRepository, type Waiting } from './fleet.repository.js';
import { LiveSessions } from './live-sessions.js';
import { type FleetNode, NodesRepository } from './nodes.repository.js';
import { NO_EXCESS, planHolding, roomOf } from './plan-holding.js';

/** What moves from one node to another is nowhere for a moment. */
const LATELY_MS = 5_000;
/** Counting what waits takes a twentieth of the time at most, however much waits. */
const COUNT_SHARE = 20;
const COMPLAIN_EVERY_MS = 60_000;
/** Well before the others take it for one that stands still. */
const REPORT_EVERY_MS = 4_000;
const NOTHING: Held = { live: 0, test: 0 };

interface Wanted {
  atMs: number;
  held: Held;
}

/** How much of the fleet this node should hold, as it and all others work it out from the same rows. */
@Injectable()
export class NodeShare {
  /** What nobody holds. */
  waiting: Waiting = { all: NOTHING, due: NOTHING, longestSeconds: 0 };
  share: Held = NOTHING;
  /** What is to move to other nodes now. */
  shed: Held = NOTHING;
  /** Another node gives away all it has: that is free one after the other. */
  othersDrain = false;
  private excess = NO_EXCESS;
  private lately: Wanted[] = [];
  private countAtMs = -Infinity;
  private complainAtMs = -Infinity;
  private reported: Wanted & { by: NodeId | null } = { by: null, atMs: -Infinity, held: NOTHING };
  private readonly log = new Logger(NodeShare.name);

  constructor(
    private readonly nodes: NodesRepository,
    private readonly fleet: FleetRepository,
    private readonly live: LiveSessions,
  ) {}

  /** How many more it may hold just now. */
  get room(): number {
    return roomOf(this.live.held, this.share);
  }

  /** Says what this node holds, reads what the others do, and decides anew. Gives all nodes there are. */
  async look(me: NodeId): Promise<FleetNode[]> {
    await this.report(me);
    const all = await this.nodes.fleet();
    // this one comes round, and knows better what it holds
    const sharing = all.filter(({ alive }) => alive).map((node) => (node.id === me ? { ...node, held: this.live.held, takes: true } : node));
    if (performance.now() >= this.countAtMs) await this.count(sharing);
    this.decide(me, sharing);
    return all;
  }

  private async report(by: NodeId): Promise<void> {
    const [held, atMs, last] = [this.live.held, performance.now(), this.reported];
    const isNews = last.by !== by || last.held.live !== held.live || last.held.test !== held.test;
    if (!isNews && atMs - last.atMs < REPORT_EVERY_MS) return;
    await this.nodes.report(by, held);
    this.reported = { by, atMs, held };
  }

  private async count(sharing: readonly SharingNode[]): Promise<void> {
    const from = performance.now();
    this.waiting = await this.fleet.waiting();
    const now = performance.now();
    this.countAtMs = now + (now - from) * COUNT_SHARE;
    const held = add(this.waiting.all, ...sharing.map((node) => node.held));
    this.lately = [{ atMs: now, held }, ...this.lately.filter(({ atMs }) => now - atMs < LATELY_MS)];
  }

  private decide(me: NodeId, nodes: readonly SharingNode[]): void {
    // its lease is about to be lost: nothing is taken and nothing given
    if (!nodes.some(({ id }) => id === me)) return this.keep();
    const wanted = this.lately[0]!.held;
    const shares = fairShares(nodes, wanted);
    const shareLately = fairShares(nodes, most(this.lately.map(({ held }) => held))).get(me)!;
    this.share = shares.get(me)!;
    const draining = nodes.some((node) => node.id === me && node.draining);
    this.othersDrain = nodes.some((node) => node.id !== me && node.draining);
    const others = [me, nodes, shares, this.waiting.due] as const;
    const standing = { held: this.live.held, share: this.share, shareLately, draining, elsewhere: roomElsewhere(...others), cramped: crampedAt(...others) };
    const plan = planHolding(standing, this.excess, performance.now());
    this.excess = plan.excess;
    this.shed = plan.shed;
    this.complain(nodes, wanted);
  }

  private keep(): void {
    [this.share, this.shed, this.excess] = [this.live.held, NOTHING, NO_EXCESS];
  }

  /** Nobody should have to find out from what is missing. */
  private complain(nodes: readonly SharingNode[], wanted: Held): void {
    const places = sum(nodes.map(({ capacity, draining }) => (draining ? 0 : capacity)));
    const short = Math.min(totalOf(wanted) - places, totalOf(this.waiting.due));
    if (short <= 0 || performance.now() < this.complainAtMs) return;
    this.complainAtMs = performance.now() + COMPLAIN_EVERY_MS;
    this.log.warn(`${short} instances wait: the workers have places for ${places} and ${totalOf(wanted)} should run; the longest waits for ${Math.round(this.waiting.longestSeconds)} s`);
  }
}

const add = (...some: Held[]): Held => ({ live: sum(some.map(({ live }) => live)), test: sum(some.map(({ test }) => test)) });
const most = (some: Held[]): Held => ({ live: Math.max(...some.map(({ live }) => live)), test: Math.max(...some.map(({ test }) => test)) });
