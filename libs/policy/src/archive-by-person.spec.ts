import { randomBytes } from 'node:crypto';
import { type InstanceId, uuidOf } from '#libs/contracts';
import { expectProblem, type TestTenant } from '#libs/testing';
import { KeptNotes } from '../test/kept-notes.js';
import { RetentionWorld } from '../test/retention-world.js';

describe('a person', () => {
  let world: RetentionWorld;
  let tenant: TestTenant;
  let id: InstanceId;

  beforeAll(async () => {
    world = await RetentionWorld.start();
  }, 30_000);
  afterAll(() => world.close());
  beforeEach(async () => {
    tenant = await world.ground.tenant();
    id = await world.create(tenant.client, 'shop');
  });

  const post = (what: string) => tenant.client.post<Record<string, unknown>>(`/v1/instances/${id}/${what}`);
  const events = () =>
    world.ground.superuser.look<{ type: string; data: object }>(
      `SELECT type, data FROM journal WHERE instance_id = $1 AND type LIKE 'instance.%' ORDER BY seq`,
      uuidOf(id),
    );

  it('archives whatever the mode, and restores it as it was', async () => {
    const notes = world.ground.get(KeptNotes).notes;
    const note = randomBytes(5_000);
    notes.set(id, note);
    expect((await post('archive')).body).toMatchObject({ lifecycle: 'archived', desiredState: 'stopped' });
    expect(notes.has(id)).toBe(false);
    expect((await post('restore')).body).toMatchObject({ lifecycle: 'active', desiredState: 'stopped' });
    expect(notes.get(id)?.equals(note)).toBe(true);
    expect(await events()).toEqual([
      { type: 'instance.created', data: { environment: 'test' } },
      { type: 'instance.archived', data: { ruleId: null, policyVersion: null } },
      { type: 'instance.restored', data: { started: false } },
    ]);
  });

  it('restores nothing past the quota of the tenant, and leaves the archive as it is', async () => {
    await post('archive');
    await world.ground.operator.patch(`/v1/tenants/${tenant.id}`, { quotas: { instances: 1 } });
    await world.create(tenant.client, 'in its place');
    const before = await world.ground.superuser.look('SELECT instance_id, archive FROM instance_payload ORDER BY 1');
    expectProblem(await post('restore'), 403, 'quota-exceeded');
    expect(await world.ground.superuser.look('SELECT instance_id, archive FROM instance_payload ORDER BY 1')).toEqual(before);
    expect((await tenant.client.get(`/v1/instances/${id}`)).body).toMatchObject({ lifecycle: 'archived' });
    await world.ground.operator.patch(`/v1/tenants/${tenant.id}`, { quotas: { instances: 2 } });
    expect((await post('restore')).body).toMatchObject({ lifecycle: 'active' });
  });

  it('finds nothing readable in an archive, and nothing left of it after a restore', async () => {
    world.ground.get(KeptNotes).notes.set(id, Buffer.from('a secret note'));
    await post('archive');
    const look = () => world.ground.superuser.look<{ archive: Buffer | null }>(`SELECT archive FROM instance_payload WHERE instance_id = $1`, uuidOf(id));
    const [{ archive }] = (await look()) as [{ archive: Buffer }];
    expect(archive.includes('secret')).toBe(false);
    await post('restore');
    expect(await look()).toEqual([{ archive: null }]);
  });

  it('restores and starts in one step, in a new cycle', async () => {
    const cycle = async () => (await world.ground.superuser.look<{ cycle: number }>(`SELECT cycle FROM instance_heads WHERE instance_id = $1`, uuidOf(id)))[0]!.cycle;
    await post('archive');
    const before = await cycle();
    expect((await post('restore?start=true')).body).toMatchObject({ lifecycle: 'active', desiredState: 'running' });
    expect(await cycle()).toBe(before + 1);
    expect((await events()).slice(-2)).toMatchObject([{ type: 'instance.restored', data: { started: true } }, { type: 'instance.started' }]);
  });

  it('does not archive what is connected unless it was stopped', async () => {
    await post('start');
    await world.settle(tenant.id, id, 'connected', null, 10);
    expectProblem(await post('archive'), 409, 'instance-connected');
    await post('stop');
    expect((await post('archive')).status).toBe(200);
  });

  it('does not archive what somebody is pairing unless it was stopped', async () => {
    await post('start');
    await world.settle(tenant.id, id, 'disconnected', 'logged_out', 10);
    await world.ground.superuser.look(`UPDATE connections SET state = 'pairing', pairing_since = tenure_now()`);
    expectProblem(await post('archive'), 409, 'instance-pairing');
    await post('stop');
    expect((await post('archive')).status).toBe(200);
  });

  it('is told when there is nothing to archive or to restore', async () => {
    expectProblem(await post('restore'), 409, 'instance-not-archived');
    await post('archive');
    expectProblem(await post('archive'), 409, 'instance-not-active');
    expectProblem(await post('start'), 409, 'instance-archived');
  });

  it('restores once, also when asked twice at the same moment', async () => {
    await post('archive');
    const answers = await Promise.all([post('restore'), post('restore'), post('restore')]);
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409, 409]);
  });

  it('says whether to start with true or false only', async () => {
    await post('archive');
    expectProblem(await post('restore?start=maybe'), 422, 'invalid-request');
    expect((await world.read(tenant.client, id)).lifecycle).toBe('archived');
  });

  it('may rename and label what is archived', async () => {
    await post('archive');
    const { status } = await tenant.client.patch(`/v1/instances/${id}`, { name: 'old shop', labels: { plan: 'free' } });
    expect(status).toBe(200);
  });

  it('needs the scope to change instances', async () => {
    const reader = await world.ground.client(tenant.id, 'test', ['instances:read', 'retention:read']);
    expectProblem(await reader.post(`/v1/instances/${id}/archive`), 403, 'forbidden');
    expectProblem(await reader.post(`/v1/instances/${id}/restore`), 403, 'forbidden');
    expect((await reader.get(`/v1/instances/${id}/retention`)).status).toBe(200);
  });
});
