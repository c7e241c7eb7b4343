import { randomBytes } from 'node:crypto';
import { Keyring, MasterKey } from '#libs/platform';
import { ApiClient, createTestDatabase, Superuser, type TestDatabase } from '#libs/testing';
import { BuiltProcess } from './built-process.js';

const QUIET = { TENURE_LOG_LEVEL: 'error', TENURE_REQUESTS_PER_MINUTE: '1000000' };

/** Of all its processes, in hexadecimal. */
export const MASTER_KEY = 'a1'.repeat(32);

/** What a cluster stands on, where it is not a database of the run's own server. */
interface ClusterGround {
  database: TestDatabase;
  superuser: Superuser;
  /** where the sandbox finds the database */
  sandboxDatabaseUrl: string;
  environment: Record<string, string>;
}

/** One database, one sandbox process, and as many processes of the built product as a test starts; one tenant with a test key. */
export class Cluster {
  private readonly operatorKey = `tnr_op_${randomBytes(24).toString('base64url')}`;
  private readonly started: BuiltProcess[] = [];
  private readonly sandboxes: BuiltProcess[] = [];
  environment: Record<string, string> = {};
  /** the control API of the sandbox, with the tenant's key */
  phones!: ApiClient;
  key = '';
  private sandboxDatabaseUrl = '';

  private constructor(
    readonly database: TestDatabase,
    readonly superuser: Superuser,
  ) {}

  /** `environment`: of all its processes, on top of what they have anyway. */
  static async start(environment: Record<string, string> = {}): Promise<Cluster> {
    const database = await createTestDatabase();
    return Cluster.startOn({ database, superuser: new Superuser(database), sandboxDatabaseUrl: database.url, environment });
  }

  static async startOn({ database, superuser, sandboxDatabaseUrl, environment }: ClusterGround): Promise<Cluster> {
    const cluster = new Cluster(database, superuser);
    await cluster.boot(sandboxDatabaseUrl, environment);
    return cluster;
  }

  get keyring(): Keyring {
    return new Keyring([new MasterKey(Buffer.from(MASTER_KEY, 'hex'))]);
  }

  get sandbox(): BuiltProcess {
    return this.sandboxes.at(-1)!;
  }

  /** Ended by the signal and started again, at the same address for those whose WhatsApp it is. */
  async restartSandbox(signal: NodeJS.Signals, afterMs = 0): Promise<void> {
    this.sandbox.signal(signal);
    await this.sandbox.exit();
    await new Promise((resolve) => setTimeout(resolve, afterMs));
    // its port may have been lent to somebody's outgoing line meanwhile
    await this.startSandbox({}).catch((error: Error) => (/cannot listen/.test(error.message) ? this.startSandbox({}) : Promise.reject(error)));
    this.phones = this.clientOf(this.sandbox);
  }

  /** `own` on top of what all of them have. */
  async process(app: Parameters<typeof BuiltProcess.start>[0], own: Record<string, string> = {}): Promise<BuiltProcess> {
    const process = await BuiltProcess.start(app, { ...this.environment, ...own });
    this.started.push(process);
    return process;
  }

  /** The API of a process, with the tenant's key. */
  clientOf({ url }: BuiltProcess): ApiClient {
    return new ApiClient(url, this.key);
  }

  operatorOf({ url }: BuiltProcess): ApiClient {
    return new ApiClient(url, this.operatorKey);
  }

  /** Everything that any of its processes printed. */
  get output(): string {
    return [...this.sandboxes, ...this.started].map(({ output }) => output).join('\n');
  }

  /** Those that a test started. */
  async endProcesses(): Promise<void> {
    const running = this.started.filter(({ ended }) => !ended);
    // one that is frozen hears nothing else
    for (const process of running) process.signal('SIGCONT');
    await Promise.all(running.map((process) => process.stop()));
  }

  async end(): Promise<void> {
    await this.endProcesses();
    await this.sandbox.stop();
    await this.superuser.end();
    await this.database.drop();
  }

  private async startSandbox(own: Record<string, string>): Promise<void> {
    this.sandboxes.push(await BuiltProcess.start('sandbox', { ...this.environment, DATABASE_URL: this.sandboxDatabaseUrl, ...own }));
  }

  private async boot(sandboxDatabaseUrl: string, environment: Record<string, string>): Promise<void> {
    this.sandboxDatabaseUrl = sandboxDatabaseUrl;
    this.environment = { DATABASE_URL: this.database.url, TENURE_MASTER_KEY: MASTER_KEY, TENURE_OPERATOR_KEY: this.operatorKey, ...QUIET, ...environment };
    await this.startSandbox({ TENURE_SANDBOX_PORT: '0' });
    const url = /TENURE_SANDBOX_URL=(ws:\S+)/.exec(this.sandbox.output)![1]!;
    this.environment = { ...this.environment, TENURE_SANDBOX_URL: url, TENURE_SANDBOX_PORT: new URL(url).port };
    this.key = await this.tenantKey();
    this.phones = this.clientOf(this.sandbox);
  }

  /** Made by a process that only lives for it: the tests choose their own. */
  private async tenantKey(): Promise<string> {
    const api = await BuiltProcess.start('api', this.environment);
    const operator = this.operatorOf(api);
    const { body: tenant } = await operator.post<{ id: string }>('/v1/tenants', { name: 'Acme' });
    const request = { tenantId: tenant.id, name: 'test', environment: 'test', scopes: ['*'] };
    const { key } = (await operator.post<{ key: string }>('/v1/api-keys', request)).body;
    await api.stop();
    return key;
  }
}
