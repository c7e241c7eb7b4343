import { randomBytes } from 'node:crypto';
import { type DynamicModule, Module, type Provider, type Type } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { Caller, Environment, Scope, TenantId } from '#libs/contracts';
import { newId } from '#libs/contracts';
import { InstancesModule } from '#libs/instances';
import {
  createHttpApp,
  Database,
  DatabaseTarget,
  HttpSettings,
  Keyring,
  listen,
  MasterKey,
  pick,
  PLATFORM_SETTINGS,
  PlatformModule,
  readSettings,
  type SettingsClass,
  verifyMasterKey,
} from '#libs/platform';
import { OperatorKeys, TenantsModule } from '#libs/tenants';
import { ApiClient } from './api-client.js';
import { createTestDatabase, type TestDatabase } from './test-database.js';
import { Superuser } from './superuser.js';
import { until } from './until.js';

const OPERATOR_KEY = `tnr_op_${randomBytes(24).toString('base64url')}`;

/** Tests look more often than a key may. */
const UNHURRIED = { TENURE_REQUESTS_PER_MINUTE: '1000000' };

interface Parts {
  imports?: (DynamicModule | Type)[];
  controllers?: Type[];
  providers?: Provider[];
  connections?: number;
  /** settings of the imported features, with their defaults */
  settings?: SettingsClass[];
  /** whether it runs subscriptions; yes unless it is said */
  worker?: boolean;
  /** a new master key unless it is given */
  keyring?: Keyring;
}

export interface TestTenant {
  id: TenantId;
  /** a test key with every scope */
  client: ApiClient;
}

/** Platform, tenants and instances in this process, on a database of their own: the product without WhatsApp. */
export class TestGround {
  app!: NestFastifyApplication;
  url = '';
  readonly keyring: Keyring;
  readonly superuser: Superuser;

  private constructor(
    readonly store: TestDatabase,
    private readonly parts: Parts,
  ) {
    this.superuser = new Superuser(store);
    this.keyring = parts.keyring ?? new Keyring([new MasterKey(randomBytes(32))]);
  }

  static async start(parts: Parts = {}): Promise<TestGround> {
    const ground = new TestGround(await createTestDatabase(), parts);
    await ground.boot();
    return ground;
  }

  get database(): Database {
    return this.get(Database);
  }

  get operator(): ApiClient {
    return new ApiClient(this.url, OPERATOR_KEY);
  }

  get<T>(type: abstract new (...args: never[]) => T): T {
    return this.app.get(type as Type<T>, { strict: false });
  }

  async tenant(name = 'Acme'): Promise<TestTenant> {
    const { body } = await this.operator.post<{ id: TenantId }>('/v1/tenants', { name });
    return { id: body.id, client: await this.client(body.id, 'test') };
  }

  async client(tenantId: string, environment: Environment, scopes: (Scope | '*')[] = ['*']): Promise<ApiClient> {
    const { body } = await this.operator.post<{ key: string }>('/v1/api-keys', { tenantId, name: 'test', environment, scopes });
    return new ApiClient(this.url, body.key);
  }

  /** A hash of every table, once every entry has its position: two of them are equal when nothing has changed. */
  async rowsAtRest(): Promise<Record<string, string>> {
    await until('nothing is pending', async () => (await this.superuser.look('SELECT 1 FROM journal_pending LIMIT 1')).length === 0);
    return this.superuser.fingerprint();
  }

  /** The same, but for the entries of refused attempts. */
  async rowsButAttempts(): Promise<Record<string, string>> {
    await this.rowsAtRest();
    return this.superuser.fingerprintButAttempts();
  }

  /** What the guard would make of a key with every scope. */
  caller(tenantId: TenantId, environment: Environment = 'test'): Caller {
    const keyId = newId('key');
    return { kind: 'tenant', keyId, tenantId, environment, scopes: ['*'], actor: { kind: 'api_key', id: keyId } };
  }

  async close(): Promise<void> {
    await this.app.close();
    await this.superuser.end();
    await this.store.drop();
  }

  private async boot(): Promise<void> {
    const settings = readSettings([...PLATFORM_SETTINGS, ...(this.parts.settings ?? [])], { PORT: '0', TENURE_LOG_LEVEL: 'silent', TENURE_OPERATOR_KEY: OPERATOR_KEY, ...UNHURRIED });
    const { imports = [], connections, worker = true, settings: _settings, keyring: _keyring, ...own } = this.parts;
    const target = new DatabaseTarget(this.store.url, connections);
    const roles = { api: true, worker };
    const product = [PlatformModule.forRoot({ settings, target, keyring: this.keyring, roles }), TenantsModule.forRoot(roles), InstancesModule.forRoot(roles)];
    this.app = await createHttpApp({ module: GroundModule, imports: [...product, ...imports], ...own }, 'test');
    await verifyMasterKey(this.database, this.keyring);
    await this.get(OperatorKeys).ensure();
    this.url = await listen(this.app, pick(settings, HttpSettings));
  }
}

@Module({})
class GroundModule {}
