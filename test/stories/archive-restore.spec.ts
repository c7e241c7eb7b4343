import { setTimeout as sleep } from 'node:timers/promises';
import { activateVersion, Superuser, until } from '#libs/testing';
import type { Tenure } from '../../packages/client/src/index.js';
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
  let tenure: Tenure;
  let superuser: Superuser;
  let id = '';

  beforeAll(async () => {
    test = await TestApplication.start();
    superuser = new Superuser(test.database);
    tenant = await test.tenant();
    tenure = await test.tenure(tenant.id);
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
  const its = () => ({ path: { id } });
  const archive = async () => (await tenure.archiveInstance(its())).response.status;
  const restore = async () => (await tenure.restoreInstance(its())).response.status;

  it('a connected instance is not archived', async () => {
    await expect(archive()).rejects.toMatchObject({ code: 'instance-connected' });
    expect((await readInstance(tenant.client, id)).lifecycle).toBe('active');
  });

  it('brings everything back byte for byte', async () => {
    await stop();
    const before = await payload();
    expect(before.keys.length).toBeGreaterThan(100);
    expect(await archive()).toBe(200);
    expect(await payload()).toEqual({ credentials: [], keys: [] });
    expect(await restore()).toBe(200);
    expect(await payload()).toEqual(before);
    expect(await readInstance(tenant.client, id)).toMatchObject({ lifecycle: 'active', desiredState: 'stopped' });
  });

  it('archiving twice and restoring twice are answered, and change nothing the second time', async () => {
    await archive();
    const once = await superuser.rowsOf('instances', 'instance_payload');
    await expect(archive()).rejects.toMatchObject({ status: 409 });
    expect(await superuser.rowsOf('instances', 'instance_payload')).toEqual(once);
    await restore();
    await expect(restore()).rejects.toMatchObject({ status: 409 });
  });

  it('a restore is not undone by the next sweep: the clock starts anew', async () => {
    const { data: draft } = await tenure.draftRetentionPolicy({ body: RULES });
    expect((await activateVersion(tenant.client, draft.version)).status).toBe(200);
    await until('archived by the rule', async () => (await readInstance(tenant.client, id)).lifecycle === 'archived');
    await restore();
    await sleep(RULE_SECONDS * 500);
    expect((await readInstance(tenant.client, id)).lifecycle).toBe('active');
    await until('archived again, after its time', async () => (await readInstance(tenant.client, id)).lifecycle === 'archived');
  });

  it('an archived instance has no session, and connects again after a restore with start', async () => {
    await expect(tenure.startInstance(its())).rejects.toMatchObject({ code: 'instance-archived' });
    expect((await tenure.restoreInstance({ ...its(), query: { start: true } })).response.status).toBe(200);
    await untilConnected(tenant.client, id);
  });
});
