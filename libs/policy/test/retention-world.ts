import type { DynamicModule } from '@nestjs/common';
import { type InstanceId, Sessions, type TenantId, uuidOf } from '#libs/contracts';
import { MessagingModule } from '#libs/messaging';
import { RetentionModule, RetentionSettings } from '#libs/retention';
import { activateVersion, type ApiClient, TestGround, until } from '#libs/testing';
import { ClockWatch } from '../src/clock/clock-watch.js';
import { PolicyModule } from '../src/policy.module.js';
import { TombstoneSettings } from '../src/tombstones/tombstone.settings.js';
import { KeptNotes } from './kept-notes.js';
import { NoSessions } from './no-sessions.js';

export interface InstanceView {
  id: InstanceId;
  lifecycle: string;
  desiredState: string;
  retention: { nextAction: string | null; dueAt: string | null; ruleId: string | null };
}

export interface Explanation {
  policyVersion: number | null;
  mode: string;
  decision: { action: string | null; dueAt: string | null; rule: string | null; blockers: { code: string; until: string }[]; losers: string[] };
  messages: { keptForSeconds: number | null; rule: string | null; sentUntil: string | null; blockers: { code: string; until: string }[] };
  possibleFrom: string | null;
  summary: string;
}

export const disconnectedTestRule = { id: 'sandbox', kind: 'act', priority: 1, clock: 'latest' } as const;
export const TEST_ONLY = { environment: ['test'], connection: ['disconnected'] };

function alone(module: DynamicModule): DynamicModule {
  return { ...module, providers: [...(module.providers ?? []), { provide: Sessions, useClass: NoSessions }] };
}

/** Instances, messages, rules and the roof above them, without WhatsApp: what connections would write is written for it. */
export class RetentionWorld {
  private constructor(readonly ground: TestGround) {}

  /** `worker` of the roles: whether it sweeps; `subscribes`: whether what happens wakes anybody. */
  static async start(roles = { api: true, worker: true }, subscribes = true): Promise<RetentionWorld> {
    const imports = [alone(MessagingModule.forRoot(roles)), RetentionModule.forRoot(roles), alone(PolicyModule.forRoot(roles))];
    return new RetentionWorld(await TestGround.start({ imports, providers: [KeptNotes], settings: [RetentionSettings, TombstoneSettings], worker: subscribes }));
  }

  async create(client: ApiClient, name: string, labels: Record<string, string> = {}): Promise<InstanceId> {
    return (await client.post<InstanceView>('/v1/instances', { name, labels })).body.id;
  }

  async read(client: ApiClient, id: InstanceId): Promise<InstanceView> {
    return (await client.get<InstanceView>(`/v1/instances/${id}`)).body;
  }

  async explain(client: ApiClient, id: InstanceId, query = ''): Promise<Explanation> {
    return (await client.get<Explanation>(`/v1/instances/${id}/retention${query}`)).body;
  }

  untilLifecycle(client: ApiClient, id: InstanceId, lifecycle: string): Promise<InstanceView | null> {
    return until(lifecycle, async () => {
      const instance = await this.read(client, id);
      return instance.lifecycle === lifecycle && instance;
    });
  }

  /** What a session leaves behind; `ago` in seconds. No event: as if its job were lost. */
  async settle(tenantId: TenantId, id: InstanceId, state: 'connected' | 'disconnected', reason: string | null, ago: number): Promise<void> {
    await this.ground.superuser.look(
      `INSERT INTO connections (tenant_id, instance_id, state, reason, since, settled_state, settled_reason, settled_since, reason_at, last_connected_at)
       SELECT $1, $2, $3, $4, at, $3, $4, at, at, at FROM (SELECT tenure_now() - $5 * interval '1 second' AS at) AS was
       ON CONFLICT (tenant_id, instance_id) DO UPDATE SET state = excluded.state, reason = excluded.reason, since = excluded.since,
         settled_state = excluded.settled_state, settled_reason = excluded.settled_reason, settled_since = excluded.settled_since,
         reason_at = excluded.reason_at, last_connected_at = excluded.last_connected_at`,
      uuidOf(tenantId),
      uuidOf(id),
      state,
      reason,
      ago,
    );
  }

  /** Saves, previews and activates. Gives the version. */
  async activate(client: ApiClient, rules: object[], more: object = {}): Promise<number> {
    const draft = await client.put<{ version: number }>('/v1/retention-policy', { schema: 'retention/v1', mode: 'enforce', rules, ...more });
    expect(draft).toMatchObject({ status: 200 });
    const activated = await activateVersion(client, draft.body.version);
    expect(activated).toMatchObject({ status: 200 });
    return activated.body.version;
  }

  /** As a developer does it: the heartbeat goes along, so that it is no jump. */
  async moveClock(ms: number): Promise<void> {
    await this.ground.superuser.look('SELECT tenure_move_clock(clock_offset_ms + $1) FROM platform_state', ms);
    await this.ground.get(ClockWatch).beat();
  }

  close(): Promise<void> {
    return this.ground.close();
  }
}
