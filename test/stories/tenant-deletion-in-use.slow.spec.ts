import { type TenantId, uuidOf } from '#libs/contracts';
import { Superuser, until } from '#libs/testing';
import { pairInstance, readInstance } from '../setup/paired-instance.js';
import { TestApplication, type TestTenant } from '../setup/test-application.js';

const NUMBER = '5511999990004';
const OTHER_NUMBER = '5511999990005';

/** A grace of thirty days is not waited for: the stamps it counts from are moved back. */
describe('the deletion of a tenant whose instance is connected', () => {
  let test: TestApplication;
  let superuser: Superuser;
  let tenant: TestTenant;
  let other: TestTenant;
  let theirs = '';

  beforeAll(async () => {
    test = await TestApplication.start();
    superuser = new Superuser(test.database);
    [tenant, other] = [await test.tenant(), await test.tenant('Globex')];
    await pairInstance(tenant.client, 'shop', NUMBER);
    theirs = await pairInstance(other.client, 'theirs', OTHER_NUMBER);
  }, 60_000);
  afterAll(async () => {
    await superuser.end();
    await test.close();
  });

  const path = () => `/v1/tenants/${tenant.id}`;
  const look = <T extends object>(sql: string) => superuser.look<T>(sql, uuidOf(tenant.id as TenantId));
  const passDays = async (days: number) => {
    await look(`UPDATE instances SET lifecycle_since = lifecycle_since - interval '${days} days' WHERE tenant_id = $1`);
    await look(`UPDATE tenant_deletions SET confirmed_at = confirmed_at - interval '${days} days' WHERE tenant_id = $1`);
  };
  const hurry = async () => {
    await look(`UPDATE retention_schedule SET next_due_at = tenure_now() WHERE tenant_id = $1 AND next_action = 'purge'`);
    await look(`UPDATE tenant_deletions SET look_at = tenure_now() WHERE tenant_id = $1 AND status = 'confirmed'`);
  };

  it('ends the session at once; the device stays on the account, and what was paired stays for the grace', async () => {
    const { body } = await test.operator.post<{ token: string }>(`${path()}/deletion-requests`);
    expect((await test.operator.post(`${path()}/deletion-requests/confirm`, { token: body.token, name: 'Acme' })).status).toBe(202);
    await until('its session is over', async () => (await look<{ state: string }>('SELECT state FROM connections WHERE tenant_id = $1'))[0]!.state === 'disconnected');
    await until('it is scheduled', async () => (await look<{ lifecycle: string }>('SELECT lifecycle FROM instances WHERE tenant_id = $1'))[0]!.lifecycle === 'purge_scheduled');
    expect(await look('SELECT 1 FROM wa_credentials WHERE tenant_id = $1 AND revoked_at IS NULL')).toHaveLength(1);
    expect(await superuser.look('SELECT 1 FROM sandbox.devices WHERE number = $1 AND device > 0', NUMBER)).toHaveLength(1);
  });

  it('removes it after the grace, and nobody else loses their line', async () => {
    await passDays(31);
    await until('the tenant is gone', async () => {
      await hurry();
      return (await test.operator.get<{ deletedAt: string | null }>(path())).body.deletedAt !== null;
    });
    expect(await look('SELECT lifecycle, name FROM instances WHERE tenant_id = $1')).toEqual([{ lifecycle: 'purged', name: null }]);
    for (const table of ['instance_payload', 'wa_credentials', 'wa_signal_keys']) expect([table, await look(`SELECT 1 FROM ${table} WHERE tenant_id = $1`)]).toEqual([table, []]);
    expect((await readInstance(other.client, theirs)).connection).toMatchObject({ state: 'connected' });
  });
});
