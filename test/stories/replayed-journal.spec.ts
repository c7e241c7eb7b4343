import { type InstanceId, newId, type TenantId, uuidOf } from '#libs/contracts';
import { Database } from '#libs/platform';
import { activateVersion, type ApiClient, Superuser, until } from '#libs/testing';
import { differencesFromJournal } from '../setup/differences-from-journal.js';
import { pairInstance, readInstance, stopInstance } from '../setup/paired-instance.js';
import { TestApplication } from '../setup/test-application.js';

const RULES = {
  ...{ schema: 'retention/v1', mode: 'enforce', notice: { before: 'PT1S', channels: ['journal'] } },
  rules: [{ id: 'left', kind: 'act', priority: 1, clock: 'latest', match: { environment: ['test'], connection: ['never_paired'], labels: { fate: 'gone' } }, purge: { after: 'PT1S', grace: 'PT1S' } }],
};

/** What a superuser can do to the rows of one instance, and what the replay says of it; `$1` is the instance. */
const TAMPERINGS: Record<string, [sql: string, says: RegExp[]]> = {
  'it is purged, by nobody': [
    `UPDATE instances SET lifecycle = 'purged', name = NULL, name_key = NULL, labels = '{}' WHERE id = $1`,
    [/ lifecycle: "purged", replayed "active"$/, / name: null, replayed "shop /, / labels: \{\}, replayed \{"plan":"free"\}$/],
  ],
  'its row is gone': ['DELETE FROM instances WHERE id = $1', [/ instance: null, replayed "active"$/]],
  'its key is gone': ['DELETE FROM instance_payload WHERE instance_id = $1', [/ hasKey: false, replayed true$/, / name: "shop .*", replayed null$/, / labels: \{"plan":"free"\}, replayed \{\}$/]],
  'it is renamed': [`UPDATE instances SET name = 'other', name_key = id::text WHERE id = $1`, [/ name: "other", replayed "shop /]],
  'it has other labels': [`UPDATE instances SET labels = '{"plan":"vip"}' WHERE id = $1`, [/ labels: \{"plan":"vip"\}, replayed \{"plan":"free"\}$/]],
  'its protection is off': ['UPDATE instances SET deletion_protection = false WHERE id = $1', [/ deletionProtection: false, replayed true$/]],
  'it is to run': [`UPDATE instances SET desired_state = 'running' WHERE id = $1`, [/ desiredState: "running", replayed "stopped"$/]],
  'it is in another cycle': ['UPDATE instance_heads SET cycle = cycle + 5 WHERE instance_id = $1', [/ cycle: 5, replayed 0$/]],
  'it was logged out': [
    `INSERT INTO connections (tenant_id, instance_id, state, reason, since, settled_state, settled_reason, settled_since, reason_at)
     SELECT tenant_id, id, 'disconnected', 'logged_out', now(), 'disconnected', 'logged_out', now(), now() FROM instances WHERE id = $1`,
    [/ settledState: "disconnected", replayed "never_paired"$/, / settledReason: "logged_out", replayed null$/],
  ],
  'its hold is gone': ['DELETE FROM active_holds WHERE instance_id = $1', [/ holds: \[\], replayed \["hld_/]],
  'its override is another': [`UPDATE retention_overrides SET purge_after = 'P1D', may_shorten = true WHERE instance_id = $1`, [/ override: .*"P1D".*, replayed .*"P90D"/]],
  'its newest entry is gone': ['DELETE FROM journal j USING instance_heads h WHERE j.instance_id = $1 AND h.instance_id = $1 AND j.seq = h.seq', [/ seq: 4, replayed 3$/, / override: .*"P90D".*, replayed null$/]],
  'an entry between is gone': ['DELETE FROM journal WHERE instance_id = $1 AND seq = 3', [/ journal: null, replayed "entry 4 follows entry 2"$/, / holds: \["hld_.*"\], replayed \[\]$/]],
  'all of its entries are gone': ['DELETE FROM journal WHERE instance_id = $1', [/ seq: 4, replayed 0$/]],
  'an entry is of another kind': [`UPDATE journal SET type = 'instance.unprotected' WHERE instance_id = $1 AND type = 'instance.protected'`, [/ deletionProtection: true, replayed false$/]],
  'an entry has the personal data of nobody': [
    `UPDATE journal SET personal = decode(md5(id::text), 'hex') WHERE instance_id = $1 AND seq = 1`,
    [/ journal: null, replayed "the personal data of entry 1 \(instance\.created\) does not open/, / name: "shop .*", replayed null$/],
  ],
};

describe('the journal, replayed', () => {
  let test: TestApplication;
  let superuser: Superuser;
  let client: ApiClient;
  let other: ApiClient;
  let tenantId = '';

  beforeAll(async () => {
    test = await TestApplication.start();
    superuser = new Superuser(test.database);
    ({ id: tenantId, client } = await test.tenant());
    other = await test.client((await test.tenant('Other')).id, 'live');
  }, 60_000);
  afterAll(async () => {
    await superuser.end();
    await test.close();
  });

  const differences = () => differencesFromJournal(test.get(Database), test.keyring);
  const create = async (by: ApiClient, name: string, more: object = {}) => (await by.post<{ id: InstanceId }>('/v1/instances', { name, labels: { plan: 'free' }, ...more })).body.id;
  const ask = async (by: ApiClient, method: 'POST' | 'PUT' | 'PATCH' | 'DELETE', path: string, body?: object) => {
    const answer = await by.send<{ id: string; token: string; version: number }>(method, path, body);
    expect([path, answer.status < 300]).toEqual([path, true]);
    return answer.body;
  };
  const isPurged = async (id: InstanceId) => (await readInstance(client, id)).lifecycle === 'purged';

  async function remove(id: InstanceId, name: string): Promise<void> {
    const request = await ask(client, 'POST', `/v1/instances/${id}/deletion-requests`);
    await ask(client, 'POST', `/v1/deletion-requests/${request.id}/confirm`, { token: request.token, name });
  }

  /** Its grace has passed. */
  async function hurry(id: InstanceId): Promise<void> {
    await superuser.look(`UPDATE instances SET lifecycle_since = lifecycle_since - interval '8 days' WHERE id = $1`, uuidOf(id));
    await superuser.look('UPDATE retention_schedule SET next_due_at = tenure_now() WHERE instance_id = $1', uuidOf(id));
    await until('it is purged', () => isPurged(id));
  }

  it('says what each instance is, after everything that people do to one (I15)', async () => {
    const at = (id: InstanceId) => `/v1/instances/${id}`;
    const changed = await create(client, 'changed', { deletionProtection: true });
    await ask(client, 'PATCH', at(changed), { name: 'changed again', labels: { plan: 'pro', region: 'south' }, deletionProtection: false });
    await ask(client, 'PUT', `${at(changed)}/retention/override`, { purgeAfter: 'P30D' });
    await ask(client, 'DELETE', `${at(changed)}/retention/override`);
    const hold = await ask(client, 'POST', '/v1/holds', { scope: 'instance', instanceId: changed, reason: 'a dispute' });
    await ask(client, 'POST', '/v1/holds', { scope: 'instance', instanceId: changed, reason: 'another' });
    await ask(client, 'DELETE', `/v1/holds/${hold.id}`);
    const archived = await create(client, 'archived');
    await ask(client, 'POST', `${at(archived)}/archive`);
    const restored = await create(other, 'restored');
    for (const act of ['archive', 'restore']) await ask(other, 'POST', `${at(restored)}/${act}`);
    const kept = await create(client, 'kept');
    await remove(kept, 'kept');
    const { body } = await client.get<{ data: { id: string }[] }>(`/v1/purges?instanceId=${kept}&status=scheduled`);
    await ask(client, 'POST', `/v1/purges/${body.data[0]!.id}/cancel`);
    await remove(await create(client, 'leaving'), 'leaving');
    expect((await client.delete(at(kept))).status).toBe(405);
    expect(await differences()).toEqual([]);
  });

  it('says it of those that were paired, stopped, restored and connected again', async () => {
    const id = (await pairInstance(client, 'paired', '5511999990021')) as InstanceId;
    expect(await differences()).toEqual([]);
    await stopInstance(client, id);
    await ask(client, 'POST', `/v1/instances/${id}/archive`);
    expect(await differences()).toEqual([]);
    await ask(client, 'POST', `/v1/instances/${id}/restore?start=true`);
    await until('connected', async () => (await readInstance(client, id)).connection.state === 'connected');
    expect(await differences()).toEqual([]);
  });

  it('says it of what is gone: by a person, and by a rule', async () => {
    const [byPerson, byRule] = [await create(client, 'by a person'), await create(client, 'by a rule')];
    await ask(client, 'PUT', `/v1/instances/${byPerson}/retention/override`, { purgeAfter: 'P30D' });
    await remove(byPerson, 'by a person');
    await hurry(byPerson);
    const { version } = await ask(client, 'PUT', '/v1/retention-policy', RULES);
    expect((await activateVersion(client, version)).status).toBe(200);
    await ask(client, 'PATCH', `/v1/instances/${byRule}`, { labels: { fate: 'gone' } });
    await until('the rule has removed it', () => isPurged(byRule), 20_000);
    expect(await differences()).toEqual([]);
  }, 40_000);

  it.each(Object.entries(TAMPERINGS))('does not hide it when %s', async (what, [sql, says]) => {
    const before = await differences();
    const id = await create(client, `shop ${what}`, { deletionProtection: true });
    await ask(client, 'POST', '/v1/holds', { scope: 'instance', instanceId: id, reason: 'a dispute' });
    await ask(client, 'PUT', `/v1/instances/${id}/retention/override`, { purgeAfter: 'P90D' });
    expect(await differences()).toEqual(before);
    // as one who can do anything does it
    if (sql.startsWith('DELETE FROM instance_payload')) await superuser.look('DELETE FROM active_holds WHERE instance_id = $1', uuidOf(id));
    await superuser.look(sql, uuidOf(id));
    const lines = (await differences()).filter((line) => !before.includes(line));
    expect(lines.filter((line) => !line.startsWith(id))).toEqual([]);
    for (const line of says) expect(lines).toContainEqual(expect.stringMatching(line));
  });

  it('says that it cannot say anything of what it has never heard of', async () => {
    const id = newId('ins');
    const row = [uuidOf(tenantId as TenantId), uuidOf(id)];
    await superuser.look(`INSERT INTO instance_heads (tenant_id, instance_id, environment) VALUES ($1, $2, 'test')`, ...row);
    await superuser.look(
      `INSERT INTO instances (tenant_id, id, environment, name, name_key, lifecycle_since, created_at, updated_at) VALUES ($1, $2, 'test', 'untold', 'untold', now(), now(), now())`,
      ...row,
    );
    expect(await differences()).toContain(`${id}: no entries`);
  });
});
