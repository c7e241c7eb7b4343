import { setTimeout as sleep } from 'node:timers/promises';
import { Superuser, until } from '#libs/testing';
import { pairInstance, readInstance, stopInstance, untilConnected } from '../setup/paired-instance.js';
import { TestApplication, type TestTenant } from '../setup/test-application.js';

const OWN = '5511999990001';
const RULE_SECONDS = 2;
const RULES = {
  schema: 'retention/v1',
  mode: 'enforce',
  timezone: 'UTC',
  rules: [
    {
      id: 'stopped',
      kind: 'act',
      priority: 1,
      match: { environment: ['test'], reason: ['user_stopped'] },
      clock: 'latest',
      archive: { after: `PT${RULE_SECONDS}S` },
    },
  ],
};

describe('archive and restore', () => {
  let test: TestApplication;
  let tenant: TestTenant;
  let superuser: Superuser;
  let id = '';

  beforeAll(async () => {
    test = await TestApplication.start();
    superuser = new Superuser(test.database);
    tenant = await test.tenant();
    id = await pairInstance(tenant.client, 'shop', OWN);
  }, 30_000);
  afterAll(async () => {
    await superuser.end();
    await test.close();
  });

  const stop = () => stopInstance(tenant.client, id);
  const payload = async () => ({
    credentials: await superuser.look(`SELECT version, revoked_at, ciphertext FROM wa_credentials`),
    keys: await superuser.look(`SELECT type, id_hash, ciphertext FROM wa_signal_keys ORDER BY type, id_hash`),
  });
  const archive = () => tenant.client.post<{ code: string }>(`/v1/instances/${id}/archive`);
  const restore = () => tenant.client.post(`/v1/instances/${id}/restore`);

  it('a connected instance is not archived', async () => {
    expect((await archive()).body.code).toBe('instance-connected');
    expect((await readInstance(tenant.client, id)).lifecycle).toBe('active');
  });

  it('brings everything back byte for byte', async () => {
    await stop();
    const before = await payload();
    expect(before.keys.length).toBeGreaterThan(100);
    expect((await archive()).status).toBe(200);
    expect(await payload()).toEqual({ credentials: [], keys: [] });
    expect((await restore()).status).toBe(200);
    expect(await payload()).toEqual(before);
    expect(await readInstance(tenant.client, id)).toMatchObject({ lifecycle: 'active', desiredState: 'stopped' });
  });

  it('archiving twice and restoring twice are answered, and change nothing the second time', async () => {
    await archive();
    const once = await superuser.rowsOf('instances', 'instance_payload');
    expect((await archive()).status).toBe(409);
    expect(await superuser.rowsOf('instances', 'instance_payload')).toEqual(once);
    await restore();
    expect((await restore()).status).toBe(409);
  });

  it('a restore is not undone by the next sweep: the clock starts anew', async () => {
    const draft = await tenant.client.put<{ version: number }>('/v1/retention-policy', RULES);
    await tenant.client.post(`/v1/retention-policy/versions/${draft.body.version}/activate`);
    await until('archived by the rule', async () => (await readInstance(tenant.client, id)).lifecycle === 'archived');
    await restore();
    await sleep(RULE_SECONDS * 500);
    expect((await readInstance(tenant.client, id)).lifecycle).toBe('active');
    await until('archived again, after its time', async () => (await readInstance(tenant.client, id)).lifecycle === 'archived');
  });

  it('an archived instance has no session, and connects again after a restore with start', async () => {
    expect((await tenant.client.post<{ code: string }>(`/v1/instances/${id}/start`)).body.code).toBe('instance-archived');
    expect((await tenant.client.post(`/v1/instances/${id}/restore?start=true`)).status).toBe(200);
    await untilConnected(tenant.client, id);
  });
});
