import { randomBytes } from 'node:crypto';
import type { DynamicModule, Type } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import {
  createHttpApp,
  DatabaseTarget,
  HttpSettings,
  Keyring,
  listen,
  MasterKey,
  pick,
  readSettings,
  verifyMasterKey,
  Database,
} from '#libs/platform';
import { OperatorKeys } from '#libs/tenants';
import { ApiClient, createTestDatabase, type TestDatabase } from '#libs/testing';
import { SETTINGS } from '../../apps/api/src/features.js';
import { StandaloneModule } from '../../apps/standalone/src/standalone.module.js';
import { createTenure, type Tenure } from '../../packages/client/src/index.js';

const OPERATOR_KEY = `tnr_op_${randomBytes(24).toString('base64url')}`;
/** Nothing is signed while a test looks at what has changed. */
const UNSIGNED = { TENURE_AUDIT_CHECKPOINT_EVERY: 'PT24H' };
const ENVIRONMENT = { PORT: '0', TENURE_LOG_LEVEL: 'error', TENURE_OPERATOR_KEY: OPERATOR_KEY, TENURE_REQUESTS_PER_MINUTE: '1000000', ...UNSIGNED };

export interface TestTenant {
  id: string;
  /** a test key with every scope */
  client: ApiClient;
}

/** The whole product in this process, on a database of its own: api, worker and sandbox, reached over HTTP. */
export class TestApplication {
  app!: NestFastifyApplication;
  url = '';
  readonly keyring = new Keyring([new MasterKey(randomBytes(32))]);

  private constructor(
    readonly database: TestDatabase,
    /** where the product finds it: another address when something stands between */
    private readonly databaseUrl: string,
  ) {}

  static async start(options: { databaseUrl?: (database: TestDatabase) => Promise<string> | string } = {}): Promise<TestApplication> {
    const database = await createTestDatabase();
    const test = new TestApplication(database, (await options.databaseUrl?.(database)) ?? database.url);
    await test.boot();
    return test;
  }

  get operator(): ApiClient {
    return new ApiClient(this.url, OPERATOR_KEY);
  }

  get<T>(type: Type<T>): T {
    return this.app.get(type, { strict: false });
  }

  /** A tenant with one test key. */
  async tenant(name = 'Acme'): Promise<TestTenant> {
    const { body } = await this.operator.post<{ id: string }>('/v1/tenants', { name });
    return { id: body.id, client: await this.client(body.id, 'test') };
  }

  async client(tenantId: string, environment: 'live' | 'test', scopes = ['*']): Promise<ApiClient> {
    return new ApiClient(this.url, await this.key(tenantId, environment, scopes));
  }

  /** The typed client, with a test key that may do everything. */
  async tenure(tenantId: string): Promise<Tenure> {
    return createTenure({ baseUrl: this.url, key: await this.key(tenantId, 'test', ['*']) });
  }

  /** As a deploy does: everything stops in order and starts again on the same database; the address changes. */
  async restart(meanwhile: () => Promise<void> = () => Promise.resolve()): Promise<void> {
    await this.app.close();
    await meanwhile();
    await this.boot();
  }

  async close(): Promise<void> {
    await this.app.close();
    await this.database.drop();
  }

  async key(tenantId: string, environment: 'live' | 'test', scopes: string[]): Promise<string> {
    const { body } = await this.operator.post<{ key: string }>('/v1/api-keys', { tenantId, name: 'test', environment, scopes });
    return body.key;
  }

  private async boot(): Promise<void> {
    const settings = readSettings(SETTINGS, ENVIRONMENT);
    const target = new DatabaseTarget(this.databaseUrl);
    const module: DynamicModule = StandaloneModule.forRoot({ settings, target, keyring: this.keyring }, { sandbox: true });
    this.app = await createHttpApp(module, 'test');
    await verifyMasterKey(this.app.get(Database), this.keyring);
    await this.get(OperatorKeys).ensure();
    this.url = await listen(this.app, pick(settings, HttpSettings));
  }
}
