import { type ApiClient, type Superuser, until } from '#libs/testing';
import { Cluster } from '../setup/cluster.js';
import type { CuttingProxy } from '../setup/cutting-proxy.js';
import { OwnServer } from '../setup/own-server.js';
import { Host } from './host.js';

export interface FleetInstance {
  id: string;
  uuid: string;
  phoneNumber: string;
}

/** How many sessions a process opens in a second: few enough for this machine to keep up with. */
export const CONNECTS_PER_SECOND = 12;
/** A first login takes the turns of four, and makes 812 keys on a machine that does everything. */
const PAIRED_EACH_MS = 1_500;
/** More first logins would leave this machine no time to renew a lease. */
const AT_ONCE = 8;
/** Phones without a device, who write and are written to. */
const FRIENDS = 16;
const FIRST_NUMBER = '5599000000001';

/** An api, two processes with sockets, a sandbox and a database server, and instances that are paired and connected. */
export class Fleet {
  instances: FleetInstance[] = [];
  friends: string[] = [];

  private constructor(
    readonly server: OwnServer,
    readonly cluster: Cluster,
    readonly sandboxDoor: CuttingProxy,
    readonly api: Host,
    readonly first: Host,
    readonly second: Host,
  ) {}

  static async start(): Promise<Fleet> {
    const server = await OwnServer.start();
    const sandboxDoor = await server.door();
    const environment = { TENURE_LOG_LEVEL: 'warn', TENURE_CONNECTS_PER_SECOND: String(CONNECTS_PER_SECOND) };
    const cluster = await Cluster.startOn({ database: server, superuser: server.newSuperuser(), sandboxDatabaseUrl: sandboxDoor.url, environment });
    const hostOf = async (app: 'api' | 'standalone') => {
      const { proxy, url } = await server.door();
      return new Host(cluster, proxy, url, app);
    };
    const fleet = new Fleet(server, cluster, sandboxDoor.proxy, await hostOf('api'), await hostOf('standalone'), await hostOf('standalone'));
    await Promise.all(fleet.hosts.map((host) => host.start()));
    return fleet;
  }

  get hosts(): Host[] {
    return [this.api, ...this.holders];
  }

  /** Those that hold sockets. */
  get holders(): Host[] {
    return [this.first, this.second];
  }

  /** Of the tenant, at the process that is never killed and never frozen. */
  get client(): ApiClient {
    return this.api.client;
  }

  /** The control API of the sandbox. */
  get phones(): ApiClient {
    return this.cluster.phones;
  }

  get superuser(): Superuser {
    return this.cluster.superuser;
  }

  /** So many instances, each with the next phone that is free. */
  async pair(count: number): Promise<void> {
    await this.phones.put('/v1/sandbox/load', { phones: count + FRIENDS, firstNumber: FIRST_NUMBER, autoScan: true });
    for (let paired = 0; paired < count; paired += AT_ONCE) await this.pairMore(Math.min(AT_ONCE, count - paired), paired);
    const rows = await this.superuser.look<{ uuid: string; phoneNumber: string }>(`SELECT instance_id AS uuid, phone_number AS "phoneNumber" FROM connections ORDER BY phone_number`);
    const idOf = await this.idsByNumber();
    this.instances = rows.map((row) => ({ ...row, id: idOf.get(row.phoneNumber)! }));
    const taken = new Set(rows.map(({ phoneNumber }) => phoneNumber));
    const numbers = Array.from({ length: count + FRIENDS }, (_, place) => String(BigInt(FIRST_NUMBER) + BigInt(place)));
    this.friends = numbers.filter((number) => !taken.has(number));
    // a login that was cut off has left its device on the phone: its owner unlinks it
    await Promise.all(this.friends.map((number) => this.phones.post(`/v1/sandbox/phones/${number}/unlink`)));
  }

  private async pairMore(count: number, before: number): Promise<void> {
    const made = Array.from({ length: count }, (_, place) => this.create(`shop ${before + place + 1}`));
    const ids = await Promise.all(made);
    await Promise.all(ids.map((id) => this.client.post(`/v1/instances/${id}/start`)));
    await this.untilPaired(before + count);
  }

  private async untilPaired(count: number): Promise<void> {
    await until('every instance to be paired', async () => (await this.connected()) === count, 60_000 + AT_ONCE * PAIRED_EACH_MS).catch(async (error: Error) => {
      const states = await this.superuser.look(`SELECT state, reason, last_close_code, attempts, count(*)::int AS n FROM connections GROUP BY 1, 2, 3, 4`);
      throw new Error(`${error.message}: ${JSON.stringify(states)}`);
    });
  }

  /** How many are, by their rows. */
  async connected(): Promise<number> {
    const [row] = await this.superuser.look<{ n: number }>(`SELECT count(*)::int AS n FROM connections WHERE state = 'connected'`);
    return row!.n;
  }

  /** How many devices are logged in, as WhatsApp counts them. */
  async loggedIn(): Promise<number> {
    return (await this.phones.get<{ connected: number }>('/v1/sandbox/load')).body.connected;
  }

  /** The id of the node that holds it, as the API tells. */
  async ownerOf({ id }: FleetInstance): Promise<string | null> {
    return (await this.client.get<{ ownerNode: string | null }>(`/v1/instances/${id}/connection`)).body.ownerNode ?? null;
  }

  /** The process of a node; undefined when it is gone. */
  async holderOf(node: string): Promise<Host | undefined> {
    const { body } = await this.cluster.operatorOf(this.api.process).get<{ data: { id: string; name: string }[] }>('/v1/nodes?limit=200');
    const name = body.data.find(({ id }) => id === node)?.name;
    return name === undefined ? undefined : this.holders.find((holder) => holder.is(name));
  }

  async end(): Promise<void> {
    await this.cluster.end();
  }

  private async create(name: string): Promise<string> {
    return (await this.client.post<{ id: string }>('/v1/instances', { name })).body.id;
  }

  private async idsByNumber(): Promise<Map<string, string>> {
    const found = new Map<string, string>();
    for (let cursor: string | null = ''; cursor !== null; ) {
      const { body } = (await this.client.get(`/v1/instances?limit=200${cursor && `&cursor=${encodeURIComponent(cursor)}`}`)) as { body: InstancePage };
      for (const { id, connection } of body.data) found.set(connection.phoneNumber, id);
      cursor = body.nextCursor;
    }
    return found;
  }
}

interface InstancePage {
  data: { id: string; connection: { phoneNumber: string } }[];
  nextCursor: string | null;
}
