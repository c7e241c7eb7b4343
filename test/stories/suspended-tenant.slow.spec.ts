import { activateVersion, expectProblem, Superuser, until } from '#libs/testing';
import { pairInstance, readInstance, untilConnected } from '../setup/paired-instance.js';
import { TestApplication, type TestTenant } from '../setup/test-application.js';

const OWN = '5511999990001';

describe('a tenant that is suspended', () => {
  let test: TestApplication;
  let superuser: Superuser;
  let acme: TestTenant;
  let id = '';

  beforeAll(async () => {
    test = await TestApplication.start();
    superuser = new Superuser(test.database);
    acme = await test.tenant();
    id = await pairInstance(acme.client, 'shop', OWN);
  }, 30_000);
  afterAll(async () => {
    await superuser.end();
    await test.close();
  });

  const turn = (how: 'suspend' | 'resume') => test.operator.post<{ suspendedAt: string | null; version: number }>(`/v1/tenants/${acme.id}/${how}`);
  const kept = () => superuser.look(`
    SELECT (SELECT count(*) FROM wa_credentials WHERE revoked_at IS NULL) AS credentials, (SELECT count(*) FROM instance_payload) AS keys,
           (SELECT count(*) FROM journal WHERE type LIKE 'connection.pair%') AS pairings`);

  it('has its sessions closed by the platform, and keeps everything', async () => {
    const before = await kept();
    const { body } = await turn('suspend');
    expect(body.suspendedAt).toEqual(expect.any(String));
    await until('it is closed', async () => (await readInstance(acme.client, id)).connection.state === 'disconnected');
    expect(await readInstance(acme.client, id)).toMatchObject({ lifecycle: 'active', desiredState: 'running', connection: { reason: 'platform_stopped' } });
    expect(await kept()).toEqual(before);
    expect((await turn('suspend')).body).toEqual(body);
  });

  it('can read with its keys, and change nothing but that its attempts are on record', async () => {
    for (const path of ['/v1/instances', `/v1/instances/${id}`, `/v1/instances/${id}/events`, '/v1/me', '/v1/retention-policy', '/v1/api-keys']) {
      expect([path, (await acme.client.get(path)).status]).toEqual([path, 200]);
    }
    const entries = () => superuser.look(`SELECT count(*) FROM journal WHERE type !~ 'attempt_refused$'`);
    const before = await entries();;
    for (const [method, path] of [
      ['POST', '/v1/instances'],
      ['PATCH', `/v1/instances/${id}`],
      ['POST', `/v1/instances/${id}/stop`],
      ['POST', `/v1/instances/${id}/archive`],
      ['POST', `/v1/instances/${id}/messages`],
      ['PUT', '/v1/retention-policy'],
      ['POST', '/v1/api-keys'],
    ] as const) {
      expectProblem(await acme.client.send(method, path, {}), 403, 'tenant-suspended');
    }
    expect(await entries()).toEqual(before);
  });

  it('is left alone by its rules, and its clocks begin again when it is resumed', async () => {
    await turn('resume');
    const rules = [{ id: 'gone', kind: 'act', priority: 1, match: { environment: ['test'], connection: ['disconnected'] }, clock: 'latest', archive: { after: 'PT3S' } }];
    await acme.client.put('/v1/retention-policy', { schema: 'retention/v1', mode: 'enforce', rules });
    expect((await activateVersion(acme.client, 1)).status).toBe(200);
    await untilConnected(acme.client, id);
    await acme.client.post('/v1/sandbox/faults', { kind: 'replaced', phoneNumber: OWN });
    await until('it is lost', async () => (await readInstance(acme.client, id)).connection.reason === 'replaced');
    await turn('suspend');
    await new Promise((resolve) => setTimeout(resolve, 4_000));
    expect((await readInstance(acme.client, id)).lifecycle).toBe('active');
    const resumed = Date.now();
    await turn('resume');
    await until('its rule archives it', async () => (await readInstance(acme.client, id)).lifecycle === 'archived', 10_000);
    expect(Date.now() - resumed).toBeGreaterThanOrEqual(2_900);
  });

  it('was suspended and resumed on record', async () => {
    const turns = await superuser.look<{ type: string }>(`SELECT type FROM journal WHERE type IN ('tenant.suspended', 'tenant.resumed') ORDER BY id`);
    expect(turns.map(({ type }) => type)).toEqual(['tenant.suspended', 'tenant.resumed', 'tenant.suspended', 'tenant.resumed']);
  });
});
