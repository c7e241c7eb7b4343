import type { Provider } from '@nestjs/common';
import { type Environment, type InstanceId, newId, type NodeId, uuidOf } from '#libs/contracts';
import { TestGround, type TestTenant } from '#libs/testing';
import { ConnectionRecorder } from '../src/connection-recorder.js';
import { ConnectionsRepository } from '../src/connections.repository.js';
import { ConnectionsSettings } from '../src/connections.settings.js';
import { CredentialsRepository } from '../src/credentials.repository.js';
import { CredentialsStore } from '../src/credentials-store.js';
import { type FleetMember, FleetRepository } from '../src/fleet.repository.js';
import { LiveSessions } from '../src/live-sessions.js';
import { NodeLease } from '../src/node-lease.js';
import { NodesRepository } from '../src/nodes.repository.js';
import { type SessionClaim, SessionClaims } from '../src/session-claims.js';
import { SessionRecords } from '../src/session-records.js';
import { SessionWaker } from '../src/session-waker.js';
import { SignalKeysRepository } from '../src/signal-keys.repository.js';
import { SignalMemory } from '../src/signal-memory.js';
import { encodeJson } from '../src/whatsapp-engine.js';

const PROVIDERS = [
  ...[ConnectionsRepository, CredentialsRepository, SignalKeysRepository, FleetRepository, NodesRepository, ConnectionRecorder, CredentialsStore, SignalMemory],
  ...[SessionClaims, SessionRecords, LiveSessions, ConnectionsSettings, NodeLease, SessionWaker],
];
const RESTART = { code: 515, qrEnded: false, networkFault: false, otherNumber: false, expiresInSeconds: null };
const LONG_MS = 600_000;

/** The rows of a fleet, and nodes that are nothing but rows: what several workers do to each other without a socket. */
export class FleetGround {
  private count = 0;

  private constructor(
    readonly ground: TestGround,
    readonly tenant: TestTenant,
  ) {}

  static async start(providers: Provider[] = [], connections?: number): Promise<FleetGround> {
    const ground = await TestGround.start({ providers: [...PROVIDERS, ...providers], worker: false, ...(connections && { connections }) });
    return new FleetGround(ground, await ground.tenant());
  }

  get<T>(type: abstract new (...args: never[]) => T): T {
    return this.ground.get(type);
  }

  look<T extends object = Record<string, unknown>>(sql: string, ...values: unknown[]): Promise<T[]> {
    return this.ground.superuser.look<T>(sql, ...values);
  }

  async node(ttlMs = LONG_MS, environments: Environment[] = ['live', 'test'], capacity = 500): Promise<NodeId> {
    const id = newId('nod');
    await this.get(NodesRepository).register({ id, name: 'test:1', place: null, capacity, environments }, ttlMs);
    return id;
  }

  /** Its lease lapses, as if it had not been renewed for long. */
  async lapse(node: NodeId): Promise<void> {
    await this.look(`UPDATE nodes SET lease_until = clock_timestamp() - interval '10 seconds' WHERE id = $1`, uuidOf(node));
  }

  /** Running instances that nobody owns. */
  async started(many: number, tenant = this.tenant): Promise<FleetMember[]> {
    return Promise.all(
      Array.from({ length: many }, async () => {
        const { body } = await tenant.client.post<{ id: InstanceId }>('/v1/instances', { name: `shop ${this.count++}` });
        await tenant.client.post(`/v1/instances/${body.id}/start`);
        return { tenantId: tenant.id, instanceId: body.id };
      }),
    );
  }

  /** As a scanned phone and a first login leave it. */
  async connected(node: NodeId, tenant = this.tenant): Promise<SessionClaim> {
    const [claims, records] = [this.get(SessionClaims), this.get(SessionRecords)];
    const [member] = await this.started(1, tenant);
    const pairing = (await claims.claim(member!, node))!;
    pairing.credentials.account = {};
    await records.paired(pairing, encodeJson(pairing.credentials), '5511987654321');
    await records.ended(pairing, RESTART, true);
    const login = (await claims.claim(member!, node))!;
    await records.opened(login, 'Ana');
    return login;
  }

  async row({ instanceId }: { instanceId: InstanceId }): Promise<Record<string, unknown>> {
    return (await this.look('SELECT * FROM connections WHERE instance_id = $1', uuidOf(instanceId)))[0]!;
  }

  close(): Promise<void> {
    return this.ground.close();
  }
}
