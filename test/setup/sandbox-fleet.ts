import fs from 'node:fs';
import { type ApiClient, type Superuser, until } from '#libs/testing';
import type { BuiltProcess } from './built-process.js';
import { Cluster } from './cluster.js';
import { pairInstance } from './paired-instance.js';

const FRIEND = '5511999990000';
const numberOf = (n: number) => `55119888${String(n).padStart(5, '0')}`;

/** One time that an instance was away. */
interface Absence {
  instance_id: string;
  ms: number;
}

/** A cluster with paired test instances, an api, and as many workers as a test starts. */
export class SandboxFleet {
  api!: BuiltProcess;
  client!: ApiClient;
  operator!: ApiClient;
  ids: string[] = [];
  private readonly sent: string[] = [];
  private talking: Promise<void> | undefined;
  private silent = false;

  private constructor(private readonly cluster: Cluster) {}

  /** `size` instances, each paired by a phone; nobody holds them yet. */
  static async start(size: number): Promise<SandboxFleet> {
    const cluster = await Cluster.start({ TENURE_LOG_LEVEL: 'info' });
    const fleet = new SandboxFleet(cluster);
    await fleet.pair(size);
    fleet.api = await cluster.process('api');
    [fleet.client, fleet.operator] = [cluster.clientOf(fleet.api), cluster.operatorOf(fleet.api)];
    return fleet;
  }

  get superuser(): Superuser {
    return this.cluster.superuser;
  }

  worker(own: Record<string, string> = {}): Promise<BuiltProcess> {
    return this.cluster.process('worker', own);
  }

  /** The newest node of a process; null: it has none. */
  async nodeOf({ pid }: BuiltProcess): Promise<string | null> {
    const [row] = await this.superuser.look<{ id: string }>(`SELECT id FROM nodes WHERE name LIKE '%:' || $1::text ORDER BY started_at DESC LIMIT 1`, pid);
    return row?.id ?? null;
  }

  /** How many instances are this node's, connected or not yet. */
  async owned(node: string | null): Promise<number> {
    const [row] = await this.superuser.look<{ n: number }>('SELECT count(*)::int AS n FROM connections WHERE owner_node = $1', node);
    return row!.n;
  }

  /** How many instances each of these nodes has connected. */
  async connected(...nodes: (string | null)[]): Promise<number[]> {
    const rows = await this.superuser.look<{ node: string; n: number }>(`SELECT owner_node AS node, count(*)::int AS n FROM connections WHERE state = 'connected' GROUP BY 1`);
    return nodes.map((node) => rows.find((row) => row.node === node)?.n ?? 0);
  }

  /** Resolves with the ms it took until these workers have so many connected. */
  async untilHeld(what: string, workers: BuiltProcess[], fits: (held: number[]) => boolean, ms?: number): Promise<number> {
    const from = performance.now();
    await until(what, async () => fits(await this.connected(...(await Promise.all(workers.map((worker) => this.nodeOf(worker)))))), ms);
    return Math.round(performance.now() - from);
  }

  /** As on another machine: nobody can see that it is dead. */
  async moveElsewhere(worker: BuiltProcess): Promise<void> {
    await this.superuser.look(`UPDATE nodes SET place = NULL WHERE id = $1`, await this.nodeOf(worker));
  }

  /** How long each instance was away, for each time that it was within these; one that still is counts until now. */
  absences(since: Date): Promise<Absence[]> {
    return this.superuser.look<Absence>(
      `SELECT instance_id, (extract(epoch FROM COALESCE(back, now()) - occurred_at) * 1000)::int AS ms FROM (
         SELECT instance_id, type, occurred_at, lead(occurred_at) OVER (PARTITION BY instance_id ORDER BY seq) AS back
         FROM journal WHERE type IN ('connection.closed', 'connection.opened')) AS entries
       WHERE type = 'connection.closed' AND occurred_at >= $1 ORDER BY ms DESC`,
      since,
    );
  }

  async now(): Promise<Date> {
    return (await this.superuser.look<{ now: Date }>('SELECT clock_timestamp() AS now'))[0]!.now;
  }

  /** Somebody writes to one after the other, until `silence`. */
  talk(everyMs: number): void {
    this.talking = (async () => {
      for (let n = 0; !this.silent; n++) {
        const text = `message ${n}`;
        const { status } = await this.cluster.phones.post(`/v1/sandbox/phones/${FRIEND}/messages`, { to: numberOf(n % this.ids.length), text });
        if (status < 300) this.sent.push(text);
        await new Promise((resolve) => setTimeout(resolve, everyMs));
      }
    })();
  }

  /** Gives what was written. */
  async silence(): Promise<string[]> {
    this.silent = true;
    await this.talking;
    return this.sent;
  }

  /** What the instances have kept of it. */
  async received(): Promise<Set<string>> {
    const pages = await Promise.all(this.ids.map((id) => this.client.get<{ data: { text: string }[] }>(`/v1/instances/${id}/messages?limit=200`)));
    return new Set(pages.flatMap(({ body }) => body.data.map(({ text }) => text)));
  }

  /** Sockets that the sandbox has open at this moment, also those of a process that is frozen; null where the system does not say. */
  sockets(): number | null {
    const port = Number(new URL(this.cluster.environment.TENURE_SANDBOX_URL!).port).toString(16).toUpperCase().padStart(4, '0');
    if (!fs.existsSync('/proc/net/tcp')) return null;
    const lines = fs.readFileSync('/proc/net/tcp', 'utf8').split('\n').map((line) => line.trim().split(/\s+/));
    return lines.filter(([, local, , state]) => local?.endsWith(`:${port}`) && state === '01').length;
  }

  async close(): Promise<void> {
    await this.silence();
    await this.cluster.end();
  }

  /** In a process that has api and sessions in one: QR codes are there only where the session is. */
  private async pair(size: number): Promise<void> {
    const office = await this.cluster.process('standalone', { TENURE_CONNECTS_PER_SECOND: '200' });
    const { phones } = this.cluster;
    await phones.post('/v1/sandbox/phones', { phoneNumber: FRIEND, name: 'Ana' });
    const queue = Array.from({ length: size }, (_, n) => n);
    const next = async (): Promise<void> => {
      for (let n = queue.shift(); n !== undefined; n = queue.shift()) this.ids.push(await pairInstance(this.cluster.clientOf(office), `shop ${n}`, numberOf(n), phones));
    };
    await Promise.all(Array.from({ length: 4 }, next));
    await office.stop();
  }
}
