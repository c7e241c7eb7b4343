import { KnownKeys, verifyFile } from '#libs/audit';
import { uuidOf, type InstanceId } from '#libs/contracts';
import { Superuser, until } from '#libs/testing';
import { pairInstance, readInstance } from '../setup/paired-instance.js';
import { TestApplication, type TestTenant } from '../setup/test-application.js';

const [OWN, FRIEND] = ['5511999990001', '5511999990002'] as const;
const SECRET = 'the code of the safe is 4711';

describe('an instance that was in use and is removed', () => {
  let test: TestApplication;
  let superuser: Superuser;
  let tenant: TestTenant;
  let id: InstanceId;

  beforeAll(async () => {
    test = await TestApplication.start();
    superuser = new Superuser(test.database);
    tenant = await test.tenant();
    id = (await pairInstance(tenant.client, 'shop', OWN)) as InstanceId;
    await tenant.client.post('/v1/sandbox/phones', { phoneNumber: FRIEND, name: 'Ana' });
    await until('connected', async () => (await readInstance(tenant.client, id)).connection.state === 'connected');
    await tenant.client.post(`/v1/sandbox/phones/${FRIEND}/messages`, { to: OWN, text: SECRET });
    await until('the message is kept', async () => (await messages()).length === 1);
  }, 60_000);
  afterAll(async () => {
    await superuser.end();
    await test.close();
  });

  const read = async (path: string) => (await tenant.client.get<string>(`/v1/audit/${path}`)).body;
  /** As somebody outside would: with nothing but the file and the public keys. */
  const verify = async (file: string, held: string | null = null) => verifyFile(chunksOf(file), KnownKeys.parse(await read('keys')), held);
  const personalIn = (file: string) => file.split('\n').filter((line) => line.includes('"personal":{') && line.includes(id));
  let before = '';

  const messages = async () => (await tenant.client.get<{ data: { text: string }[] }>(`/v1/instances/${id}/messages`)).body.data;
  const count = async (table: string) => (await superuser.look<{ n: number }>(`SELECT count(*)::int AS n FROM ${table} WHERE instance_id = $1`, uuidOf(id)))[0]!.n;

  it('is in an export of the journal that somebody outside can check, with its name and its number', async () => {
    before = await read('export');
    expect(personalIn(before)).toHaveLength(2);
    expect(await verify(before)).toMatchObject({ export: { personal: { checked: 2, uncheckable: 0 } } });
  });

  it('goes with its session, its keys and its messages; what is left proves it', async () => {
    const asked = await tenant.client.post<{ id: string; token: string; wouldRemove: { rows: Record<string, number> } }>(`/v1/instances/${id}/deletion-requests`);
    expect(asked.body.wouldRemove.rows).toMatchObject({ messages: 1, wa_signal_keys: expect.any(Number) });
    const confirmed = await tenant.client.post(`/v1/deletion-requests/${asked.body.id}/confirm`, { token: asked.body.token, name: 'shop' });
    expect(confirmed.status).toBe(202);
    await until('its session is over', async () => (await readInstance(tenant.client, id)).connection.state === 'disconnected');
    expect(await messages()).toHaveLength(1);

    await superuser.look(`UPDATE instances SET lifecycle_since = lifecycle_since - interval '8 days' WHERE id = $1`, uuidOf(id));
    await superuser.look('UPDATE retention_schedule SET next_due_at = tenure_now() WHERE instance_id = $1', uuidOf(id));
    await until('its last row is gone', async () => {
      const [row] = await superuser.look<{ rows: object }>('SELECT rows_erased AS rows FROM purge_certificates WHERE instance_id = $1 AND rows_erased_at IS NOT NULL', uuidOf(id));
      return row && expect(row.rows).toMatchObject({ messages: 1, wa_signal_keys: expect.any(Number) }) === undefined;
    });
    for (const table of ['wa_credentials', 'wa_signal_keys', 'connections', 'session_queue', 'connection_settings', 'messages', 'message_deadlines', 'instance_payload']) {
      expect([table, await count(table)]).toEqual([table, 0]);
    }
  });

  it('leaves its history, and nothing personal in it', async () => {
    const { body } = await tenant.client.get<{ data: { type: string; personal: object | null }[] }>(`/v1/instances/${id}/events?limit=200`);
    expect(body.data.map(({ type }) => type)).toEqual(expect.arrayContaining(['instance.created', 'connection.paired', 'retention.purge_scheduled', 'instance.purged', 'instance.erased']));
    expect(body.data.filter(({ personal }) => personal !== null)).toEqual([]);
  });

  it('names who confirmed it: the removal its schedule as the cause, and that the key, its scope and the request', async () => {
    interface Entry {
      id: string;
      type: string;
      causationId: string | null;
      actor: object;
    }
    const { body } = await tenant.client.get<{ data: Entry[] }>(`/v1/instances/${id}/events?limit=200`);
    const [erased, purged, scheduled] = ['instance.erased', 'instance.purged', 'retention.purge_scheduled'].map((type) => body.data.find((entry) => entry.type === type)!);
    expect([erased!.causationId, purged!.causationId]).toEqual([purged!.id, scheduled!.id]);
    const { keyId } = (await tenant.client.get<{ keyId: string }>('/v1/me')).body;
    expect(scheduled!.actor).toEqual({ kind: 'api_key', id: keyId, scope: 'retention:purge', requestId: expect.stringMatching(/^req_/) });
  });

  it('has not been logged out of WhatsApp by that: the phone still shows the device', async () => {
    expect(await superuser.look(`SELECT 1 FROM sandbox.devices WHERE number = $1 AND device > 0`, OWN)).toHaveLength(1);
    expect(await superuser.look('SELECT decision FROM purge_certificates WHERE instance_id = $1', uuidOf(id))).toMatchObject([{ decision: { logout: 'not_asked' } }]);
  });

  it('leaves a journal that verifies as before, by the checkpoint of before, with nothing personal in the clear (I19)', async () => {
    const note = JSON.parse(before.trim().split('\n').at(-2)!) as { note: string };
    const after = await read('export');
    expect(personalIn(after)).toEqual([]);
    for (const secret of ['"shop"', OWN, SECRET]) expect(after.includes(secret)).toBe(false);
    expect(await verify(after, note.note)).toMatchObject({ export: { leftOut: 0 } });
    expect(await verify(before)).toMatchObject({ export: { personal: { checked: 2 } } });
  });

  it('has a certificate of two lines, which somebody outside can check, and none of existence', async () => {
    const [{ certificate } = { certificate: '' }] = await superuser.look<{ certificate: string }>(`SELECT data->>'certificateId' AS certificate FROM journal WHERE instance_id = $1 AND type = 'instance.purged'`, uuidOf(id));
    const { body } = await tenant.client.get<{ entries: object[] }>(`/v1/audit/certificates/${certificate}`);
    expect(body.entries).toHaveLength(2);
    expect(await verify(JSON.stringify(body))).toMatchObject({ certificate: { entries: [{ type: 'instance.purged', instanceId: id }, { type: 'instance.erased', instanceId: id }] } });
    expect(await tenant.client.get(`/v1/audit/certificates/${id}`)).toMatchObject({ status: 409, body: { code: 'existence-ended', certificateId: certificate } });
  });
});

async function* chunksOf(text: string): AsyncGenerator<Uint8Array> {
  yield Buffer.from(text);
}
