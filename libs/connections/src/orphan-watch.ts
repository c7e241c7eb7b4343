import { Injectable, Logger } from '@nestjs/common';
import { byTenant } from './by-tenant.js';
import { Complaints } from './complaints.js';
import { type FleetMember, FleetRepository } from './fleet.repository.js';
import { LEASE_MS } from './node-lease.js';
import { type FleetNode, NodesRepository } from './nodes.repository.js';
import { isCertainlyDead } from './process-place.js';
import { SessionClaims } from './session-claims.js';
import { Tasks } from './tasks.js';

const BATCH = 200;
const GROUP = 20;
const IN_PARALLEL = 8;

/** Frees what belongs to nodes that are gone: their disconnects are the platform's. All nodes do, each what no other is doing just now. */
@Injectable()
export class OrphanWatch {
  private tellFreed: (instances: number) => void = () => undefined;
  private readonly log = new Logger(OrphanWatch.name);
  private readonly complaints = new Complaints(this.log);
  private readonly tasks = new Tasks<FleetMember>(IN_PARALLEL, (error, { instanceId }) => this.complaints.failed(`${instanceId} cannot be freed of its owner`, error));

  constructor(
    private readonly nodes: NodesRepository,
    private readonly fleet: FleetRepository,
    private readonly claims: SessionClaims,
  ) {}

  /** For whoever counts. */
  onFreed(tell: (instances: number) => void): void {
    this.tellFreed = tell;
  }

  /** Whether there is more to do at once. */
  async look(nodes: readonly FleetNode[]): Promise<boolean> {
    await this.buryTheDead(nodes);
    const orphans = await this.fleet.orphans(LEASE_MS, BATCH);
    for (const group of byTenant(orphans, GROUP)) this.tasks.start(group[0]!, () => this.free(group));
    await this.tasks.settled();
    if (orphans.length === 0 && nodes.some(({ alive }) => !alive)) await this.nodes.removeLapsed();
    return orphans.length === BATCH;
  }

  /** After a crash nobody has to wait for the lease of a process that this one can see is gone. */
  private async buryTheDead(nodes: readonly FleetNode[]): Promise<void> {
    for (const { id, place } of nodes) {
      if (!place || !isCertainlyDead(place)) continue;
      this.log.warn(`${id} has died on this machine: what it held is free`);
      await this.nodes.remove(id);
    }
  }

  private async free(group: FleetMember[]): Promise<void> {
    const freed = await this.claims.disownFree(group[0]!.tenantId, group.map(({ instanceId }) => instanceId)).catch(() => this.freeEach(group));
    this.tellFreed(freed);
  }

  /** One that cannot be freed keeps none of the others. */
  private async freeEach(group: FleetMember[]): Promise<number> {
    let freed = 0;
    for (const { tenantId, instanceId } of group) {
      const free = async () => void (freed += await this.claims.disownFree(tenantId, [instanceId]));
      await this.complaints.attempt(`${instanceId} cannot be freed of its owner`, free);
    }
    return freed;
  }
}
