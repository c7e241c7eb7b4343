import { setTimeout as sleep } from 'node:timers/promises';
import { Logger } from '@nestjs/common';
import { until } from '#libs/testing';
import { ConnectionsSettings } from './connections.settings.js';
import { LEASE_MS, NodeLease } from './node-lease.js';
import type { NewNode, NodesRepository } from './nodes.repository.js';

/** A table of nodes that can fail, hang or forget. */
class FakeNodes implements Pick<NodesRepository, 'register' | 'renew' | 'remove' | 'drain'> {
  registered: NewNode[] = [];
  renewals = 0;
  renewing: () => Promise<boolean> = () => Promise.resolve(true);

  async register(node: NewNode): Promise<void> {
    this.registered.push(node);
  }
  renew(): Promise<boolean> {
    this.renewals++;
    return this.renewing();
  }
  async remove(): Promise<void> {}
  async drain(): Promise<void> {}
}

describe('the lease of a node', () => {
  let nodes: FakeNodes;
  let lease: NodeLease;
  let lost: number;
  beforeAll(() => {
    Logger.overrideLogger(false);
  });
  beforeEach(async () => {
    nodes = new FakeNodes();
    lease = new NodeLease(nodes as unknown as NodesRepository, new ConnectionsSettings());
    lost = 0;
    await lease.acquire(['live'], () => lost++);
  });
  afterEach(() => lease.release());

  it('is renewed while the database answers', async () => {
    await until('it is renewed', async () => nodes.renewals >= 1);
    await sleep(100);
    expect(lease.id).not.toBeNull();
    expect(lease.secondsLeft).toBeGreaterThan(5);
    expect(lost).toBe(0);
  });

  it('is given up before others may take it when the database does not answer, and is tried again until then', async () => {
    nodes.renewing = () => new Promise(() => undefined);
    const from = performance.now();
    await until('it is lost', async () => lost === 1);
    expect(performance.now() - from).toBeLessThan(LEASE_MS - 1_000);
    expect(lease.id).toBeNull();
    expect(nodes.renewals).toBeGreaterThan(1);
  });

  it('is over at once when the row is gone', async () => {
    nodes.renewing = () => Promise.resolve(false);
    await until('it is lost', async () => lost === 1, 5_000);
    expect(lease.id).toBeNull();
  });

  it('of a process that was paused is lost once, whoever notices first, and the next is of another node', async () => {
    const before = lease.id;
    await lease.acquire(['live'], () => lost++);
    expect(lost).toBe(1);
    expect(lease.id).not.toBe(before);
    expect(new Set(nodes.registered.map(({ id }) => id)).size).toBe(2);
  });
});
