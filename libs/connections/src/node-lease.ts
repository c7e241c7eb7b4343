import os from 'node:os';
import { Injectable, Logger } from '@nestjs/common';
import { type Environment, newId, type NodeId } from '#libs/contracts';
import { ConnectionsSettings } from './connections.settings.js';
import { NodesRepository } from './nodes.repository.js';
import { thisProcess } from './process-place.js';
import { within } from './within.js';

/** What a process leaves when it dies unseen is somebody else's after this, a look and a connect: within 12 s. */
export const LEASE_MS = 8_000;
const RENEW_MS = 2_000;
/** Given up before anybody else may take it. */
const MARGIN_MS = 2_000;
const TICK_MS = 500;

/**
 * This process's right to hold sockets. Others may take its instances over when it lapses by the database's clock; this process stops
 * using it earlier, by its own monotonic clock. A lapsed lease is never renewed: the next one is of a new node.
 */
@Injectable()
export class NodeLease {
  private node: NodeId | null = null;
  private trustedUntil = -Infinity;
  private timer: NodeJS.Timeout | undefined;
  private renewing = false;
  private failing = false;
  private onLost: () => void = () => undefined;
  private readonly log = new Logger(NodeLease.name);

  constructor(
    private readonly nodes: NodesRepository,
    private readonly settings: ConnectionsSettings,
  ) {}

  /** Null while there is none, or it can no longer be trusted. */
  get id(): NodeId | null {
    return performance.now() < this.trustedUntil ? this.node : null;
  }

  /** How long it can still be trusted without being renewed; 0 without one. */
  get secondsLeft(): number {
    return this.node ? Math.max(0, this.trustedUntil - performance.now()) / 1000 : 0;
  }

  get capacity(): number {
    return this.settings.capacity;
  }

  /** A new lease, for instances of these environments. `onLost` is called once, when it is over before `release()`; also of the one before it. */
  async acquire(environments: readonly Environment[], onLost: () => void): Promise<void> {
    // after a pause of the whole process this may be the first to notice
    if (this.node) this.lose();
    const id = newId('nod');
    const askedAt = performance.now();
    const name = `${os.hostname()}:${process.pid}`;
    await this.nodes.register({ id, name, place: thisProcess(), capacity: this.settings.capacity, environments }, LEASE_MS);
    [this.node, this.onLost] = [id, onLost];
    this.trustFrom(askedAt);
    this.timer = setInterval(() => this.tick(id), TICK_MS);
  }

  /** It takes nothing more, and everybody can see that. */
  async drain(): Promise<void> {
    if (this.node) await this.nodes.drain(this.node);
  }

  async release(): Promise<void> {
    clearInterval(this.timer);
    const id = this.node;
    this.node = null;
    if (id) await this.nodes.remove(id);
  }

  private tick(id: NodeId): void {
    if (this.node !== id) return;
    const left = this.trustedUntil - performance.now();
    if (left <= 0) this.lose();
    else if (!this.renewing && left < LEASE_MS - MARGIN_MS - RENEW_MS) void this.renew(id);
  }

  private async renew(id: NodeId): Promise<void> {
    this.renewing = true;
    const askedAt = performance.now();
    try {
      // an answer that comes later says nothing that could still be trusted
      const renewed = await within(RENEW_MS, 'renewing the lease', this.nodes.renew(id, LEASE_MS));
      if (this.node !== id) return;
      this.failing = false;
      if (renewed) this.trustFrom(askedAt);
      else this.lose();
    } catch (error) {
      if (!this.failing) this.log.warn(`the lease is not renewed: ${(error as Error).message}`);
      this.failing = true;
    } finally {
      this.renewing = false;
    }
  }

  private trustFrom(askedAt: number): void {
    this.trustedUntil = askedAt + LEASE_MS - MARGIN_MS;
  }

  private lose(): void {
    clearInterval(this.timer);
    this.node = null;
    this.log.error('the lease of this node is lost: every session is closed');
    this.onLost();
  }
}
