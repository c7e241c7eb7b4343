import type { DynamicModule } from '@nestjs/common';
import type { Difference } from '#libs/audit';
import { type Caller, type InstanceId, type KeyId, MessageArchive, newId, type NodeId, type Operator, Sessions, type TenantId, uuidOf } from '#libs/contracts';
import { MessagingModule } from '#libs/messaging';
import type { Database, TenantTx } from '#libs/platform';
import { PolicyVersions, RetentionModule, RetentionSettings } from '#libs/retention';
import { TestGround } from '#libs/testing';
import { ConnectionRecorder } from '../../../libs/connections/src/connection-recorder.js';
import { ConnectionsRepository } from '../../../libs/connections/src/connections.repository.js';
import { CredentialsRepository } from '../../../libs/connections/src/credentials.repository.js';
import { SessionRecords } from '../../../libs/connections/src/session-records.js';
import { SignalKeysRepository } from '../../../libs/connections/src/signal-keys.repository.js';
import { InstanceCreation } from '../../../libs/instances/src/instance-creation.service.js';
import { ClockWatch } from '../../../libs/policy/src/clock/clock-watch.js';
import { PolicyModule } from '../../../libs/policy/src/policy.module.js';
import { PolicyPreviewsService } from '../../../libs/policy/src/preview/policy-previews.service.js';
import { RetentionScheduler } from '../../../libs/policy/src/retention-scheduler.js';
import { TombstoneSettings } from '../../../libs/policy/src/tombstones/tombstone.settings.js';
import { NoSessions } from '../../../libs/policy/test/no-sessions.js';
import { RetentionPoliciesService } from '../../../libs/retention/src/retention-policies.service.js';
import { TenantsService } from '../../../libs/tenants/src/tenants.service.js';
import { BY_SESSIONS, differencesFromJournal } from '../../setup/differences-from-journal.js';

const ROLES = { api: true, worker: false };
const CONNECTIONS = [ConnectionsRepository, ConnectionRecorder, CredentialsRepository, SignalKeysRepository, SessionRecords];

/** Nobody is connected here. */
const alone = (module: DynamicModule): DynamicModule => ({ ...module, providers: [...(module.providers ?? []), { provide: Sessions, useClass: NoSessions }] });

/** The product's services over a database of their own, without anything that acts by itself: no sweep, no subscriptions, no sessions. */
export class RemovalGround {
  readonly operator: Operator = { kind: 'operator', keyId: newId('key'), actor: { kind: 'api_key', id: 'operator' } };
  readonly node: NodeId = newId('nod');

  private constructor(private readonly ground: TestGround) {}

  static async start(): Promise<RemovalGround> {
    const imports = [RetentionModule.forRoot(ROLES), alone(PolicyModule.forRoot(ROLES)), alone(MessagingModule.forRoot(ROLES))];
    const ground = new RemovalGround(await TestGround.start({ imports, providers: CONNECTIONS, settings: [RetentionSettings, TombstoneSettings], worker: false }));
    await ground.look(`INSERT INTO nodes (id, name, capacity, environments, started_at, lease_until) VALUES ($1, 'here', 1, '{test}', now(), now() + interval '1 day')`, uuidOf(ground.node));
    return ground;
  }

  get<T>(type: abstract new (...args: never[]) => T): T {
    return this.ground.get(type);
  }

  get database(): Database {
    return this.ground.database;
  }

  get messages(): MessageArchive {
    return this.ground.get(MessageArchive);
  }

  look<T extends object = Record<string, unknown>>(sql: string, ...values: unknown[]): Promise<T[]> {
    return this.ground.superuser.look<T>(sql, ...values);
  }

  /** Offset and mark together, as whoever moves the clock does. */
  async advance(ms: number): Promise<void> {
    await this.look('SELECT tenure_move_clock(clock_offset_ms + $1) FROM platform_state', ms);
    await this.get(ClockWatch).beat();
  }

  /** By the clock of the database. */
  async now(): Promise<Date> {
    const [row] = await this.look<{ now: Date }>('SELECT tenure_now() AS now');
    return row!.now;
  }

  async tenant(): Promise<Caller> {
    const { id } = await this.get(TenantsService).create(this.operator, { name: 'Acme' });
    return this.ground.caller(id as TenantId);
  }

  /** One of the same tenant, made by the operator; it has to be older than what it approves. */
  async anotherKey({ tenantId }: Caller): Promise<Caller> {
    const keyId: KeyId = newId('key');
    await this.look(
      `INSERT INTO api_keys (tenant_id, id, name, environment, scopes, prefix, hash, created_at) VALUES ($1, $2, 'other', 'test', '{*}', $3, '', tenure_now())`,
      ...[uuidOf(tenantId), uuidOf(keyId), keyId],
    );
    return { ...this.ground.caller(tenantId), keyId, actor: { kind: 'api_key', id: keyId } };
  }

  async draft(caller: Caller, document: object): Promise<number> {
    return (await this.get(RetentionPoliciesService).draft(caller, { schema: 'retention/v1', mode: 'enforce', rules: [], ...document })).version;
  }

  /** Before there is an instance: nobody has to see what it would do. */
  async activate(caller: Caller, document: object): Promise<void> {
    const version = await this.draft(caller, document);
    await this.database.forTenant(caller.tenantId, (tx) => this.get(PolicyVersions).activate(tx, version, caller, () => Promise.resolve()));
  }

  /** Decides on one again, as its event would have it done. */
  schedule(tx: TenantTx, id: InstanceId): Promise<unknown> {
    return this.get(RetentionScheduler).reschedule(tx, [id]);
  }

  /** What shows that somebody has seen what a version would do. */
  async preview(caller: Caller, version: number): Promise<string | undefined> {
    return (await this.get(PolicyPreviewsService).preview(caller, version)).previewToken ?? undefined;
  }

  async create(caller: Caller, name: string, labels: Record<string, string> = {}): Promise<InstanceId> {
    return (await this.get(InstanceCreation).create(caller, { name, labels })).id as InstanceId;
  }

  /** Logged out an hour ago; this process owns it and is trying again. */
  async disconnect({ tenantId }: Caller, id: InstanceId): Promise<void> {
    const [tenant, instance, node] = [uuidOf(tenantId), uuidOf(id), uuidOf(this.node)];
    await this.look('INSERT INTO wa_credentials (tenant_id, instance_id) VALUES ($1, $2)', tenant, instance);
    await this.look(
      `INSERT INTO connections (tenant_id, instance_id, state, reason, since, settled_state, settled_reason, settled_since, reason_at, last_connected_at, owner_node)
       SELECT $1, $2, 'connecting', 'logged_out', at, 'disconnected', 'logged_out', at, at, at, $3 FROM (SELECT tenure_now() - interval '1 hour' AS at) AS was`,
      ...[tenant, instance, node],
    );
  }

  /** Of every instance that was ever made here. */
  differencesFromJournal(...except: Difference['field'][]): Promise<string[]> {
    return differencesFromJournal(this.database, this.ground.keyring, [...BY_SESSIONS, ...except]);
  }

  close(): Promise<void> {
    return this.ground.close();
  }
}
