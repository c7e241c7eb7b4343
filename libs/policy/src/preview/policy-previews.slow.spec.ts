import { idFrom, type InstanceId, uuidOf } from '#libs/contracts';
import { activateVersion, expectProblem, type TestTenant } from '#libs/testing';
import { disconnectedTestRule, RetentionWorld, TEST_ONLY } from '../../test/retention-world.js';
import { Reconciler } from '../reconciler.js';
import { takeLookTurn } from './look-turn.js';
import { PolicyPreviewsRepository } from './policy-previews.repository.js';
import { PreviewPruning } from './preview-pruning.js';

interface Preview {
  version: number;
  comparedWith: number | null;
  instances: number;
  due: number;
  counts: { rule: string; action: string; due: number; blocked: number; later: number }[];
  blockers: { code: string; instances: number }[];
  changes: { newlyDue: number; earlier: number; noLongerDue: number; later: number; unchanged: number };
  sample: { instanceId: InstanceId; change: string; action: string; dueAt: string; blockers: string[]; actionInForce: string | null }[];
  shortens: { pointer: string }[];
  tokenRequired: boolean;
  previewToken: string;
  expiresAt: string;
}

const DAYS = 86_400;
const archiving = (after: string, more: object = {}) => ({ ...disconnectedTestRule, match: TEST_ONLY, archive: { after }, ...more });

describe('a preview', () => {
  let world: RetentionWorld;
  let tenant: TestTenant;

  beforeAll(async () => {
    world = await RetentionWorld.start({ api: true, worker: false });
  }, 30_000);
  afterAll(() => world.close());
  beforeEach(async () => {
    tenant = await world.ground.tenant();
  });

  const look = <T extends object>(sql: string, ...values: unknown[]) => world.ground.superuser.look<T>(sql, ...values);
  const draft = async (rules: object[], more: object = {}) =>
    (await tenant.client.put<{ version: number }>('/v1/retention-policy', { schema: 'retention/v1', mode: 'enforce', rules, ...more })).body.version;
  const preview = async (version: number, client = tenant.client) => (await client.post<Preview>(`/v1/retention-policy/versions/${version}/preview`)).body;
  const activate = (version: number, previewToken?: string) => tenant.client.post<{ code: string }>(`/v1/retention-policy/versions/${version}/activate`, { previewToken });
  const inForce = async () => (await tenant.client.get<{ version: number | null }>('/v1/retention-policy')).body.version;

  /** Disconnected since so many days, and older than that. */
  const gone = async (name: string, days: number, labels: Record<string, string> = {}) => {
    const id = await world.create(tenant.client, name, labels);
    await look(`UPDATE instances SET created_at = created_at - interval '400 days' WHERE id = $1`, uuidOf(id));
    await world.settle(tenant.id, id, 'disconnected', 'logged_out', days * DAYS);
    return id;
  };
  const candidates = async (version: number) => {
    const rows = await look<{ id: string }>(
      `SELECT unnest(instance_ids) AS id FROM retention_previews WHERE tenant_id = $1 AND version = $2 ORDER BY created_at DESC`, uuidOf(tenant.id), version);
    return rows.map(({ id }) => id).sort();
  };

  it('says what a version would do, compared with the one in force', async () => {
    const old = await gone('old', 40);
    const exempt = await gone('exempt', 40, { vip: 'yes' });
    const young = await gone('young', 5);
    await gone('kept', 40, { kept: 'yes' });
    const connected = await world.create(tenant.client, 'connected');
    await world.settle(tenant.id, connected, 'connected', null, 40 * DAYS);
    await world.activate(tenant.client, [archiving('P60D', { match: { ...TEST_ONLY, labels: { kept: '*' } } })]);
    const seen = await preview(await draft([archiving('P30D')], { exempt: { labels: ['vip', 'kept'] } }));
    expect(seen).toMatchObject({
      ...{ version: 2, comparedWith: 1, instances: 5, due: 1, tokenRequired: true },
      counts: [{ rule: 'sandbox', action: 'archive', due: 1, blocked: 2, later: 1 }],
      blockers: [{ code: 'exempt-label', instances: 2 }],
      changes: { newlyDue: 1, earlier: 2, noLongerDue: 0, later: 1, unchanged: 1 },
      previewToken: expect.stringMatching(/^tnp_/),
    });
    expect(seen.sample.map(({ instanceId, change, blockers }) => [instanceId, change, blockers]).slice(0, 3)).toEqual(
      [[old, 'newly_due', []], [exempt, 'earlier', ['exempt-label']], [young, 'earlier', []]]);
    expect(seen.shortens.map(({ pointer }) => pointer)).toEqual(['/rules/0/match/labels/kept', '/rules/0/archive/after']);
    expect(Date.parse(seen.expiresAt) - Date.now()).toBeGreaterThan(23.9 * 3_600_000);
  });

  it('counts removals too, although no version that removes can be put in force yet', async () => {
    await gone('old', 100);
    const id = await gone('archived', 100);
    await tenant.client.post(`/v1/instances/${id}/archive`);
    const { counts, changes } = await preview(await draft([archiving('P30D', { purge: { after: 'P60D', grace: 'P7D' } })]));
    expect(counts).toEqual([
      { rule: 'sandbox', action: 'archive', due: 1, blocked: 0, later: 0 },
      { rule: 'sandbox', action: 'schedule_purge', due: 1, blocked: 0, later: 0 },
    ]);
    expect(changes.newlyDue).toBe(2);
  });

  it('of a version that only simulates shows what would be if it were enforced', async () => {
    await gone('old', 40);
    expect(await preview(await draft([archiving('P30D')], { mode: 'simulate' }))).toMatchObject({ mode: 'simulate', due: 1, tokenRequired: false });
    expect(await preview(await draft([archiving('P30D')], { mode: 'off' }))).toMatchObject({ mode: 'off', due: 0, counts: [] });
  });

  it('changes nothing but that it was made, and its token is nowhere to be read', async () => {
    await gone('old', 40);
    const version = await draft([archiving('P30D')]);
    const before = await world.ground.rowsAtRest();
    const { previewToken } = await preview(version);
    const after = await world.ground.rowsAtRest();
    expect(Object.keys(after).filter((table) => after[table] !== before[table])).toEqual(['public.retention_previews']);
    const rows = await look<{ row: string }>(`SELECT p::text AS row FROM retention_previews p WHERE tenant_id = $1`, uuidOf(tenant.id));
    for (const form of [previewToken, Buffer.from(previewToken).toString('hex')]) expect(rows.filter(({ row }) => row.includes(form))).toEqual([]);
  });

  it('sees one environment, that of the key', async () => {
    await gone('old', 40);
    const live = await world.ground.client(tenant.id, 'live');
    const version = await draft([archiving('P30D', { match: { connection: ['disconnected'] } })]);
    expect(await preview(version, live)).toMatchObject({ environment: 'live', instances: 0, due: 0 });
    expect(await preview(version)).toMatchObject({ environment: 'test', instances: 1, due: 1 });
  });

  it('goes through every page of a large tenant, and not through what is gone', async () => {
    await look(
      `WITH heads AS (INSERT INTO instance_heads (tenant_id, instance_id, environment, seq) SELECT $1, gen_random_uuid(), 'test', 1 FROM generate_series(1, 10501) RETURNING instance_id),
       made AS (INSERT INTO instances (tenant_id, id, environment, name, name_key, lifecycle, lifecycle_since, created_at, updated_at)
                SELECT $1, instance_id, 'test', instance_id::text, instance_id::text, 'active', now(), now() - interval '40 days', now() FROM heads)
       INSERT INTO connections (tenant_id, instance_id, state, reason, since, settled_state, settled_reason, settled_since, reason_at)
       SELECT $1, instance_id, 'disconnected', 'logged_out', now() - interval '35 days', 'disconnected', 'logged_out', now() - interval '35 days', now() - interval '35 days' FROM heads`,
      uuidOf(tenant.id),
    );
    await look('ANALYZE instance_heads, instances, connections'); // what was planned for a handful is planned anew
    await look(`UPDATE instances SET lifecycle = 'purged', name = NULL, name_key = NULL WHERE id = (SELECT id FROM instances WHERE tenant_id = $1 LIMIT 1)`, uuidOf(tenant.id));
    const version = await draft([archiving('P30D')]);
    const seen = await preview(version);
    expect(seen).toMatchObject({ instances: 10_500, due: 10_500, changes: { newlyDue: 10_500 } });
    expect(seen.sample).toHaveLength(100);
    expect(new Set(await candidates(version)).size).toBe(10_500);
  });

  it('is made one at a time: it is seconds of work', async () => {
    const version = await draft([archiving('P30D')]);
    await world.ground.database.forTenant(tenant.id, async (tx) => {
      await takeLookTurn(tx);
      expectProblem(await tenant.client.post(`/v1/retention-policy/versions/${version}/preview`), 409, 'policy-look-under-way');
      expectProblem(await tenant.client.post(`/v1/retention-policy/versions/${version}/replay`), 409, 'policy-look-under-way');
      const other = await world.ground.tenant('other');
      await other.client.put('/v1/retention-policy', { schema: 'retention/v1', mode: 'enforce', rules: [] });
      expect((await other.client.post('/v1/retention-policy/versions/1/preview')).status).toBe(200);
    });
    expect((await preview(version)).previewToken).toMatch(/^tnp_/);
  });

  it('is of a version that exists, and of one’s own', async () => {
    const version = await draft([archiving('P30D')]);
    const other = await world.ground.tenant('other');
    expectProblem(await other.client.post(`/v1/retention-policy/versions/${version}/preview`), 404, 'policy-version-not-found');
    expectProblem(await tenant.client.post('/v1/retention-policy/versions/99/preview'), 404, 'policy-version-not-found');
  });

  it('is what a run does on the same snapshot (I14)', async () => {
    const days = [0, 1, 2, 3, 29, 30, 31, 40, 59, 60, 61, 90];
    const ids: InstanceId[] = [];
    for (const [n, ago] of [...days, ...days].entries()) ids.push(await gone(`shop ${n}`, ago, n % 5 === 0 ? { vip: 'yes' } : n % 3 === 0 ? { slow: 'yes' } : {}));
    await look(`UPDATE connections SET pairing_since = tenure_now() WHERE instance_id = $1`, uuidOf(ids[7]!));
    const slow = archiving('P60D', { id: 'slow', priority: 0, match: { ...TEST_ONLY, labels: { slow: '*' } } });
    const version = await draft([slow, archiving('P2D')], { exempt: { labels: ['vip'] } });
    const seen = await preview(version);
    const expected = await candidates(version);
    expect(seen.due).toBe(expected.length);
    expect((await activate(version, seen.previewToken)).status).toBe(200);
    for (const id of ids) await world.ground.get(Reconciler).reconcile(tenant.id, id);
    const archived = await look<{ id: string }>(`SELECT id FROM instances WHERE tenant_id = $1 AND lifecycle = 'archived'`, uuidOf(tenant.id));
    expect(archived.map(({ id }) => idFrom('ins', id)).sort()).toEqual(expected);
    expect(expected.length).toBeGreaterThan(8);
    expect(expected.length).toBeLessThan(ids.length - 5);
  });

  describe('is asked for before a version', () => {
    it('that acts where nothing did comes into force, and once', async () => {
      await gone('old', 40);
      const version = await draft([archiving('P30D')]);
      const refused = await activate(version);
      expectProblem(refused, 428, 'preview-required');
      expect(refused.body).toMatchObject({ errors: [{ pointer: '/mode' }], preview: `/v1/retention-policy/versions/${version}/preview` });
      expect(await inForce()).toBeNull();
      const { previewToken } = await preview(version);
      expect((await activate(version, previewToken)).status).toBe(200);
      expect(await inForce()).toBe(version);
      expect(await candidates(version)).toEqual([]); // used up
      const shorter = await draft([archiving('P20D')]);
      expectProblem(await activate(shorter, previewToken), 428, 'preview-required');
      await activateVersion(tenant.client, shorter);
      expect((await activate(version, previewToken)).body).toMatchObject({ version: shorter + 1 });
      expectProblem(await activate(shorter, previewToken), 428, 'preview-required');
      expect(await inForce()).toBe(shorter + 1);
    });

    it('that shortens, and not before one that only lengthens, simulates or is off', async () => {
      await world.activate(tenant.client, [archiving('P30D')]);
      expectProblem(await activate(await draft([archiving('P29D')])), 428, 'preview-required');
      expect(await inForce()).toBe(1);
      for (const [rules, more] of [[[archiving('P31D')]], [[archiving('P31D')], { exempt: { labels: ['vip'] } }], [[archiving('P1D')], { mode: 'simulate' }], [[archiving('P1D')], { mode: 'off' }]] as [object[], object?][]) {
        const version = await draft(rules, more);
        expect((await activate(version)).status).toBe(200);
        expect(await inForce()).toBe(version);
      }
    });

    it('with a token of this version, of this environment, that is not older than a day', async () => {
      const [version, other] = [await draft([archiving('P30D')]), await draft([archiving('P20D')])];
      expectProblem(await activate(version, (await preview(other)).previewToken), 428, 'preview-required');
      expectProblem(await activate(version, 'tnp_nonsense'), 428, 'preview-required');
      const live = await world.ground.client(tenant.id, 'live');
      expectProblem(await activate(version, (await preview(version, live)).previewToken), 428, 'preview-required');
      const { previewToken } = await preview(version);
      await look(`UPDATE retention_previews SET created_at = created_at - interval '24 hours 1 second' WHERE tenant_id = $1`, uuidOf(tenant.id));
      expectProblem(await activate(version, previewToken), 428, 'preview-required');
      expect(await inForce()).toBeNull();
    });

    it('and again when what it would do has moved too far', async () => {
      for (let n = 0; n < 4; n++) await gone(`old ${n}`, 40);
      const version = await draft([archiving('P30D')]);
      const { previewToken } = await preview(version);
      await gone('one more', 40);
      await gone('and another', 40);
      const stale = await activate(version, previewToken);
      expectProblem(stale, 409, 'preview-stale');
      expect(stale.body).toMatchObject({ changes: { newlyDue: 6 }, moved: { joined: 2, left: 0, allowed: 1 } });
      expect(await inForce()).toBeNull();
      const anew = await preview(version);
      await gone('a third', 40);
      expect((await activate(version, anew.previewToken)).status).toBe(200);
    });

    it('and again when an instance has had another life in between', async () => {
      const ids = [await gone('old', 40), await gone('older', 50)];
      const version = await draft([archiving('P30D')]);
      const { previewToken } = await preview(version);
      for (const id of ids) await look(`UPDATE instance_heads SET cycle = cycle + 1 WHERE instance_id = $1`, uuidOf(id));
      expect((await activate(version, previewToken)).body).toMatchObject({ code: 'preview-stale', moved: { joined: 2, left: 0 } });
    });

    it('and again when another version has come into force since', async () => {
      const version = await draft([archiving('P30D')]);
      const { previewToken } = await preview(version);
      await world.activate(tenant.client, [archiving('P60D')]);
      expectProblem(await activate(version, previewToken), 409, 'preview-stale');
      expect(await inForce()).toBe(2);
    });

    it('by each of many at once: one of them puts it in force, and nobody does so twice', async () => {
      const version = await draft([archiving('P30D')]);
      const tokens = [await preview(version), await preview(version), await preview(version), await preview(version)];
      const answers = await Promise.all(tokens.map(({ previewToken }) => activate(version, previewToken)));
      expect(answers.filter(({ status, body }) => status !== 200 && body.code !== 'policy-look-under-way')).toEqual([]);
      expect(await inForce()).toBe(version);
      const events = await look(`SELECT 1 FROM journal WHERE tenant_id = $1 AND type = 'policy.activated'`, uuidOf(tenant.id));
      expect(events).toHaveLength(1);
    });
  });

  it('is kept for a day, and five of a tenant', async () => {
    const version = await draft([archiving('P30D')]);
    const count = async () => (await look<{ n: number }>(`SELECT count(*)::int AS n FROM retention_previews WHERE tenant_id = $1`, uuidOf(tenant.id)))[0]!.n;
    const tokens = [];
    for (let n = 0; n < 6; n++) tokens.push((await preview(version)).previewToken);
    expect(await count()).toBe(5);
    expectProblem(await activate(version, tokens[0]), 428, 'preview-required');
    await look(`UPDATE retention_previews SET created_at = created_at - interval '25 hours' WHERE token_hash IN (SELECT token_hash FROM retention_previews WHERE tenant_id = $1 LIMIT 3)`, uuidOf(tenant.id));
    await new PreviewPruning(world.ground.get(PolicyPreviewsRepository)).prune();
    expect(await count()).toBe(2);
  });
});
