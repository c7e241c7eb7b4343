import type { ApiClient } from '#libs/testing';
import type { BuiltProcess } from '../setup/built-process.js';
import type { Cluster } from '../setup/cluster.js';
import type { CuttingProxy } from '../setup/cutting-proxy.js';
import { INSPECTED } from './collect-garbage.js';

/** A place for one process of the product at a time, with a door of its own to the database. */
export class Host {
  process!: BuiltProcess;
  private frozen = false;

  constructor(
    private readonly cluster: Cluster,
    readonly door: CuttingProxy,
    private readonly databaseUrl: string,
    private readonly app: 'api' | 'standalone',
  ) {}

  async start(): Promise<void> {
    this.process = await this.cluster.process(this.app, { ...INSPECTED, DATABASE_URL: this.databaseUrl });
  }

  /** With the tenant's key. */
  get client(): ApiClient {
    return this.cluster.clientOf(this.process);
  }

  get isAnswering(): boolean {
    return !this.process.ended && !this.frozen;
  }

  freeze(): void {
    this.process.signal('SIGSTOP');
    this.frozen = true;
  }

  thaw(): void {
    this.process.signal('SIGCONT');
    this.frozen = false;
  }

  /** Whether a node that the API names `host:pid` is the process that is here now. */
  is(nodeName: string): boolean {
    return nodeName.endsWith(`:${this.process.pid}`);
  }
}
