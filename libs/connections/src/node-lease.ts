import os from 'node:os';
import { Injectable, Logger } from '@nestjs/common';
import { newId, type NodeId } from '#libs/contracts';
import { ConnectionsSettings } from './connections.settings.js';
import { NodesRepository } from './nodes.repository.js';
import { isCertainlyDead, thisProcess } from './process-place.js';

export const LEASE_MS = 12_000;
const RENEW_MS = 3_000;
/** Given up before anybody else may take it. */
const MARGIN_MS = 2_500;

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

  /** A new lease. `onLost` is called once, when it is over before `release()`. */
  async acquire(onLost: () => void): Promise<void> {
    clearInterval(this.timer);
    await this.buryTheDead();
    const id = newId('nod');
    const askedAt = performance.now();
    const name = `${os.hostname()}:${process.pid}`;
    await this.nodes.register({ id, name, place: thisProcess(), capacity: this.settings.capacity }, LEASE_MS);
    this.node = id;
    this.trustFrom(askedAt);
    this.timer = setInterval(() => this.tick(id, onLost), RENEW_MS / 3);
  }

  async release(): Promise<void> {
    clearInterval(this.timer);
    const id = this.node;
    this.node = null;
    if (id) await this.nodes.remove(id);
  }

  /** The rows of nodes long gone. */
  async tidy(): Promise<void> {
    await this.nodes.removeLapsed();
  }

  /** After a crash nobody has to wait for the lease of a process that this one can see is gone. */
  private async buryTheDead(): Promise<void> {
    for (const { id, place } of await this.nodes.places()) if (isCertainlyDead(place)) await this.nodes.remove(id);
  }

  private tick(id: NodeId, onLost: () => void): void {
    if (this.node !== id) return;
    if (performance.now() >= this.trustedUntil) this.lose(onLost);
    else if (!this.renewing && this.trustedUntil - performance.now() < LEASE_MS - MARGIN_MS - RENEW_MS) void this.renew(id, onLost);
  }

  private async renew(id: NodeId, onLost: () => void): Promise<void> {
    this.renewing = true;
    const askedAt = performance.now();
    try {
      const renewed = await this.nodes.renew(id, LEASE_MS);
      if (this.node !== id) return;
      if (renewed) this.trustFrom(askedAt);
      else this.lose(onLost);
    } catch (error) {
      this.log.warn(`the lease is not renewed: ${(error as Error).message}`);
    } finally {
      this.renewing = false;
    }
  }

  private trustFrom(askedAt: number): void {
    this.trustedUntil = askedAt + LEASE_MS - MARGIN_MS;
  }

  private lose(onLost: () => void): void {
    clearInterval(this.timer);
    this.node = null;
    this.log.error('the lease of this node is lost: every session is closed');
    onLost();
  }
}
