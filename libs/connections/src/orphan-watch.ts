import { Injectable, Logger } from '@nestjs/common';
import type { InstanceId } from '#libs/contracts';
import { sum } from './apportion.js';
import { byTenant } from './by-tenant.js';
import { Complaints } from './complaints.js';
import { type FleetMember, FleetRepository } from './fleet.repository.js';
import { LEASE_MS } from './node-lease.js';
import { type FleetNode, NodesRepository } from './nodes.repository.js';
import { isCertainlyDead } from './process-place.js';
import { SessionClaims } from './session-claims.js';
import { SessionWaker } from './session-waker.js';
import { Tasks } from './tasks.js';
import { within } from './within.js';

const BATCH = 200;
const GROUP = 20;
const IN_PARALLEL = 8;
const SHOULD_TAKE_MS = 5_000;

/** Frees what belongs to nodes that are gone: their disconnects are the platform's. All nodes do, each what no other is doing just now. */
@Injectable()
export class OrphanWatch {
  private tellFreed: (instances: number) => void = () => undefined;
  private readonly busy = new Set<InstanceId>();
  private readonly log = new Logger(OrphanWatch.name);
  private readonly complaints = new Complaints(this.log);
  private readonly tasks = new Tasks<InstanceId>(IN_PARALLEL, (error, id) => this.complaints.failed(`${id} cannot be freed of its owner`, error));

  constructor(
    private readonly nodes: NodesRepository,
    private readonly fleet: FleetRepository,
    private readonly claims: SessionClaims,
    private readonly waker: SessionWaker,
  ) {}

  /** For whoever counts. */
  onFreed(tell: (instances: number) => void): void {
    this.tellFreed = tell;
  }

  /** Begins to free what it finds. Whether there is more to do at once. */
  async look(nodes: readonly FleetNode[]): Promise<boolean> {
    await this.buryTheDead(nodes);
    const found = await this.fleet.orphans(LEASE_MS, BATCH);
    const orphans = found.filter(({ instanceId }) => !this.busy.has(instanceId));
    for (const group of byTenant(orphans, GROUP)) this.tasks.start(group[0]!.instanceId, () => this.free(group));
    if (found.length === 0 && nodes.some(({ alive }) => !alive)) await this.nodes.removeLapsed();
    return found.length === BATCH;
  }

  /** When what was begun is done, or takes too long. */
  async settled(): Promise<void> {
    await within(SHOULD_TAKE_MS, 'freeing instances', this.tasks.settled());
  }

  /** After a crash nobody has to wait for the lease of a process that this one can see is gone. */
  private async buryTheDead(nodes: readonly FleetNode[]): Promise<void> {
    for (const { id, place } of nodes) {
      if (!place || !isCertainlyDead(place)) continue;
      this.log.warn(`${id} has died on this machine: what it held is free`);
      await this.nodes.remove(id);
    }
  }

  /** Those that are held up by somebody, or that cannot be freed, keep none of the others. */
  private async free(group: FleetMember[]): Promise<void> {
    for (const { instanceId } of group) this.busy.add(instanceId);
    try {
      this.tellFreed(await this.disown(group).catch(() => this.freeEach(group)));
    } finally {
      for (const { instanceId } of group) this.busy.delete(instanceId);
      this.waker.wake();
    }
  }

  private async freeEach(group: FleetMember[]): Promise<number> {
    const freed = await Promise.all(
      group.map(async (member) => {
        let count = 0;
        await this.complaints.attempt(`${member.instanceId} cannot be freed of its owner`, async () => void (count = await this.disown([member])));
        return count;
      }),
    );
    return sum(freed);
  }

  private disown(group: FleetMember[]): Promise<number> {
    return this.claims.disownFree(group[0]!.tenantId, group.map(({ instanceId }) => instanceId));
  }
}
