import fs from 'node:fs';
import path from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { uuidOf } from '#libs/contracts';
import { expectProblem, TestGround, type TestTenant } from '#libs/testing';
import { actRule, documentOf } from '../test/retention-case.js';
import { RetentionModule } from './retention.module.js';
import { RetentionSettings } from './retention.settings.js';

interface Version {
  version: number;
  mode: string;
  active: boolean;
  activatedAt: string | null;
  createdBy: { kind: string };
  document?: object;
}

const archiving = (days: number) => documentOf({ rules: [actRule({ archive: { after: `P${days}D` } })] });

describe('the rules of a tenant', () => {
  let ground: TestGround;
  let tenant: TestTenant;

  beforeAll(async () => {
    ground = await TestGround.start({ imports: [RetentionModule.forRoot({ api: true, worker: true })], settings: [RetentionSettings] });
  }, 30_000);
  afterAll(() => ground.close());
  beforeEach(async () => {
    tenant = await ground.tenant();
  });

  const draft = async (document: object) => (await tenant.client.put<Version>('/v1/retention-policy', document)).body;

  it('are off until a version is activated', async () => {
    const { body } = await tenant.client.get('/v1/retention-policy');
    expect(body).toEqual({ version: null, mode: 'off', activatedAt: null, document: { schema: 'retention/v1', mode: 'off', rules: [] } });
  });

  it('are saved as drafts, numbered, which change nothing that is in force', async () => {
    expect(await draft(archiving(30))).toMatchObject({ version: 1, mode: 'enforce', active: false, activatedAt: null, createdBy: { kind: 'api_key' } });
    expect((await draft(archiving(20))).version).toBe(2);
    expect((await tenant.client.get<Version>('/v1/retention-policy')).body.version).toBeNull();
  });

  it('are the same version when they are saved again as they are, whatever the order of their keys', async () => {
    const document = archiving(30);
    await draft(document);
    expect((await draft(Object.fromEntries(Object.entries(document).reverse()))).version).toBe(1);
    const sql = `SELECT data FROM journal WHERE tenant_id = $1 AND type = 'policy.drafted'`;
    expect(await ground.superuser.look(sql, uuidOf(tenant.id))).toEqual([{ data: { version: 1 } }]);
  });

  it('stay as they are once activated: the database lets nobody activate a version again, or take it back', async () => {
    const { version } = await draft(archiving(30));
    const stamp = (at: Date | null) =>
      ground.database.forTenant(tenant.id, (tx) => tx.execute`UPDATE policy_versions SET activated_at = ${at}, activated_by = '{}' WHERE version = ${version}`);
    expect(await stamp(new Date(1_000))).toBe(1);
    expect(await stamp(new Date(2_000))).toBe(0);
    expect(await stamp(null)).toBe(0);
    const sql = `SELECT activated_at FROM policy_versions WHERE tenant_id = $1`;
    expect(await ground.superuser.look(sql, uuidOf(tenant.id))).toEqual([{ activated_at: new Date(1_000) }]);
  });

  it('are refused with every fault named by its pointer, and nothing is saved', async () => {
    const answer = await tenant.client.put<{ errors: { pointer: string }[] }>('/v1/retention-policy', { mode: 'on', colour: 'red', rules: [{ kind: 'act' }] });
    expectProblem(answer, 422, 'invalid-request');
    expect(answer.body.errors.map(({ pointer }) => pointer)).toEqual(expect.arrayContaining(['/schema', '/mode', '/colour', '/rules/0/id', '/rules/0/match']));
    expect((await tenant.client.get<{ data: [] }>('/v1/retention-policy/versions')).body.data).toEqual([]);
  });

  it('are listed newest first, page by page', async () => {
    for (const days of [1, 2, 3]) await draft(archiving(days));
    const first = await tenant.client.get<{ data: Version[]; nextCursor: string }>('/v1/retention-policy/versions?limit=2');
    expect(first.body.data.map(({ version }) => version)).toEqual([3, 2]);
    expect(first.body.data[0]).not.toHaveProperty('document');
    const second = await tenant.client.get<{ data: Version[]; nextCursor: null }>(`/v1/retention-policy/versions?limit=2&cursor=${first.body.nextCursor}`);
    expect(second.body).toMatchObject({ data: [{ version: 1 }], nextCursor: null });
  });

  it.each([[99_999_999_999], [-1], [0], [1.5], ['1'], [1, 2]])('have no page after %j', async (...key) => {
    const cursor = Buffer.from(JSON.stringify(key)).toString('base64url');
    expectProblem(await tenant.client.get(`/v1/retention-policy/versions?cursor=${cursor}`), 422, 'invalid-request');
  });

  it('are read back as they were written', async () => {
    await draft(archiving(30));
    expect((await tenant.client.get<Version>('/v1/retention-policy/versions/1')).body.document).toEqual(archiving(30));
  });

  it.each(['2', '0', '-1', '1.5', 'x', '99999999999', '2147483648'])('have no version %s', async (version) => {
    await draft(archiving(30));
    expectProblem(await tenant.client.get(`/v1/retention-policy/versions/${version}`), 404, 'policy-version-not-found');
  });

  it('are nobody else’s', async () => {
    await draft(archiving(30));
    const other = await ground.tenant('other');
    expectProblem(await other.client.get('/v1/retention-policy/versions/1'), 404, 'policy-version-not-found');
    expect((await other.client.get<{ data: [] }>('/v1/retention-policy/versions')).body.data).toEqual([]);
  });

  it('are compared field by field, in either direction', async () => {
    await draft(archiving(30));
    await draft({ ...archiving(14), exempt: { labels: ['vip'] } });
    const diff = async (path: string) => (await tenant.client.get(`/v1/retention-policy/versions/${path}`)).body;
    const rules = (old: string, now: string) => ({ added: [], removed: [], changed: [{ id: 'act', fields: [{ pointer: '/archive/after', old, new: now }] }] });
    expect(await diff('1/diff/2')).toEqual({ from: 1, to: 2, fields: [{ pointer: '/exempt/labels', new: ['vip'] }], rules: rules('P30D', 'P14D') });
    expect(await diff('2/diff/1')).toEqual({ from: 2, to: 1, fields: [{ pointer: '/exempt/labels', old: ['vip'] }], rules: rules('P14D', 'P30D') });
    expect(await diff('2/diff/2')).toEqual({ from: 2, to: 2, fields: [], rules: { added: [], removed: [], changed: [] } });
  });

  it.each(['1/diff/2', '2/diff/1', '1/diff/x', '1/diff/0', '1/diff/2147483648'])('cannot be compared as %s when there is one', async (path) => {
    await draft(archiving(30));
    expectProblem(await tenant.client.get(`/v1/retention-policy/versions/${path}`), 404, 'policy-version-not-found');
  });

  it('may say where their schema is, for editors', async () => {
    expect(await draft({ $schema: './retention.schema.json', ...archiving(30) })).toMatchObject({ version: 1 });
    expectProblem(await tenant.client.put('/v1/retention-policy', { $schema: 7, ...archiving(30) }), 422, 'invalid-request');
  });

  it('have one schema: what is served is what is checked in', async () => {
    const checkedIn = fs.readFileSync(path.resolve(import.meta.dirname, '../../../docs/retention.schema.json'), 'utf8');
    expect((await tenant.client.get('/v1/retention-policy/schema')).body).toEqual(JSON.parse(checkedIn));
  });

  it('have a schema that anybody’s validator can read', async () => {
    const schema = (await tenant.client.get<object>('/v1/retention-policy/schema')).body;
    const isValid = new Ajv2020({ strict: false }).compile(schema);
    expect([isValid(archiving(30)), isValid({ ...archiving(30), mode: 'on' })]).toEqual([true, false]);
    expect((await tenant.client.get('/v1/retention-policy/schema')).body).toMatchObject({ $schema: expect.stringContaining('2020-12'), title: 'retention/v1' });
  });

  it('saved at the same time get different numbers', async () => {
    const saved = await Promise.all([1, 2, 3, 4, 5, 6].map((days) => draft(archiving(days))));
    expect(saved.map(({ version }) => version).sort()).toEqual([1, 2, 3, 4, 5, 6]);
  });
});
