import { expectProblem, Superuser, until } from '#libs/testing';
import { readInstance } from '../setup/paired-instance.js';
import { TestApplication, type TestTenant } from '../setup/test-application.js';

const DEFAULTS = {
  ...{ proxy: null, alwaysOnline: false, readReceipts: false, ignoreGroups: false, ignoreStatus: true },
  ...{ rejectCalls: false, rejectCallsText: null, historySync: 'recent' },
};

interface Settings {
  version: number;
  proxy: string | null;
}

describe('the settings of an instance', () => {
  let test: TestApplication;
  let superuser: Superuser;
  let tenant: TestTenant;
  let fresh = '';

  beforeAll(async () => {
    test = await TestApplication.start();
    superuser = new Superuser(test.database);
    tenant = await test.tenant();
  });
  beforeEach(async () => {
    fresh = (await tenant.client.post<{ id: string }>('/v1/instances', { name: `shop ${Math.random()}` })).body.id;
  });
  afterAll(async () => {
    await superuser.end();
    await test.close();
  });

  const at = (id = fresh) => `/v1/instances/${id}/settings`;
  const read = async (id = fresh) => (await tenant.client.get<Settings>(at(id))).body;
  const patch = (body: object, id = fresh) => tenant.client.patch<Settings>(at(id), body);
  const entries = async (id = fresh) =>
    (await tenant.client.get<{ data: { type: string; data: object }[] }>(`/v1/instances/${id}/events?limit=200`)).body.data.filter(({ type }) => type === 'instance.settings_changed');

  it('are the defaults until somebody sets them', async () => {
    const { headers, body } = await tenant.client.get<Settings>(at());
    expect([headers.get('etag'), body]).toEqual(['"0"', { ...DEFAULTS, version: 0 }]);
    expect(await superuser.look('SELECT 1 FROM connection_settings')).toEqual([]);
  });

  it('are merged with a patch, counted, and journalled by the names of what changed', async () => {
    const first = await patch({ readReceipts: true, rejectCallsText: 'Please write' });
    expect([first.status, first.headers.get('etag'), first.body]).toEqual([200, '"1"', { ...DEFAULTS, readReceipts: true, rejectCallsText: 'Please write', version: 1 }]);
    await patch({ ignoreGroups: true, rejectCallsText: null });
    expect(await read()).toEqual({ ...DEFAULTS, readReceipts: true, ignoreGroups: true, version: 2 });
    await until('journalled', async () => (await entries()).length === 2);
    expect((await entries()).map(({ data }) => data)).toEqual([{ fields: ['ignoreGroups', 'rejectCallsText'] }, { fields: ['readReceipts', 'rejectCallsText'] }]);
  });

  it('that repeat what is stored change nothing', async () => {
    await patch({ readReceipts: true });
    const before = await superuser.rowsOf('connection_settings', 'journal');
    for (const body of [{}, { readReceipts: true }, { ...DEFAULTS, readReceipts: true }]) expect((await patch(body)).body.version).toBe(1);
    expect(await superuser.rowsOf('connection_settings', 'journal')).toEqual(before);
  });

  it('are changed on the version that somebody has seen, or not at all', async () => {
    const send = (tag: string, body: object) => tenant.client.send<Settings>('PATCH', at(), body, { 'if-match': tag });
    expect((await send('"0"', { readReceipts: true })).body.version).toBe(1);
    // the version of the instance is another
    expect((await readInstance(tenant.client, fresh)).version).toBe(1);
    const stale = await send('"0"', { readReceipts: false });
    expectProblem(stale, 412, 'version-changed');
    expect(stale.body.version).toBe(1);
    const many = await Promise.all(Array.from({ length: 6 }, (_, n) => send('"1"', { rejectCallsText: `text ${n}` })));
    expect(many.filter(({ status }) => status === 200)).toHaveLength(1);
  });

  it.each<[string, object, string]>([
    ['an unknown field', { readReceipt: true }, '/readReceipt'],
    ['a text for a switch', { alwaysOnline: 'yes' }, '/alwaysOnline'],
    ['null for a switch', { ignoreGroups: null }, '/ignoreGroups'],
    ['a kind of history that there is not', { historySync: 'some' }, '/historySync'],
    ['an empty text', { rejectCallsText: '' }, '/rejectCallsText'],
    ['a number for a proxy', { proxy: 3128 }, '/proxy'],
    ['a proxy of another kind', { proxy: 'ftp://ana:SECRET@127.0.0.1' }, '/proxy'],
    ['a proxy with a path', { proxy: 'http://ana:SECRET@127.0.0.1/x' }, '/proxy'],
    ['a proxy as it was shown', { proxy: 'http://ana:***@127.0.0.1:3128' }, '/proxy'],
    ['a proxy inside the network', { proxy: 'http://ana:SECRET@10.0.0.1:3128' }, '/proxy'],
    ['a proxy where clouds keep their secrets', { proxy: 'http://169.254.169.254' }, '/proxy'],
    ['a proxy with a name that leads nowhere', { proxy: 'socks5://ana:SECRET@nowhere.invalid:1080' }, '/proxy'],
  ])('with %s are refused by the name of the field, and the value is not repeated', async (_what, body, pointer) => {
    const before = await superuser.rowsOf('connection_settings', 'journal');
    const answer = await patch(body);
    expectProblem(answer, 422, 'invalid-request');
    expect(answer.body).toMatchObject({ errors: [{ pointer }] });
    expect(JSON.stringify(answer.body)).not.toContain('SECRET');
    expect(await superuser.rowsOf('connection_settings', 'journal')).toEqual(before);
  });

  it('of a live instance take no proxy on loopback either', async () => {
    const live = await test.client(tenant.id, 'live');
    const { body } = await live.post<{ id: string }>('/v1/instances', { name: `live ${Math.random()}` });
    for (const proxy of ['http://127.0.0.1:3128', 'socks5://localhost:1080', 'https://[::1]', 'http://0.0.0.0', 'socks5://0x7f.1:1080', 'http://2130706433']) {
      const answer = await live.patch(at(body.id), { proxy });
      expect([proxy, answer.status, answer.body]).toEqual([proxy, 422, expect.objectContaining({ errors: [expect.objectContaining({ pointer: '/proxy' })] })]);
    }
    expect((await live.patch(at(body.id), { proxy: 'http://8.8.8.8:3128' })).status).toBe(200);
  });

  it('are read with one scope and written with another, and are nobody else’s', async () => {
    const reader = await test.client(tenant.id, 'test', ['instances:read']);
    expect((await reader.get(at())).status).toBe(200);
    expectProblem(await reader.patch(at(), { readReceipts: true }), 403, 'forbidden');
    for (const stranger of [(await test.tenant('Globex')).client, await test.client(tenant.id, 'live')]) {
      expectProblem(await stranger.get(at()), 404, 'instance-not-found');
      expectProblem(await stranger.patch(at(), { readReceipts: true }), 404, 'instance-not-found');
    }
  });

  it('show no password, and keep none where anybody can read it', async () => {
    const shown = [await patch({ proxy: 'socks5://ana:PASSWORD-42@127.0.0.1:1080', rejectCallsText: 'SPOKEN-42' }), await tenant.client.get(at()), await tenant.client.get(`/v1/instances/${fresh}/events`)];
    expect((await read()).proxy).toBe('socks5://ana:***@127.0.0.1:1080');
    expect(JSON.stringify(shown.map(({ body }) => body))).not.toContain('PASSWORD-42');
    const tables = await superuser.look<{ name: string }>(`SELECT format('%I.%I', schemaname, tablename) AS name FROM pg_tables WHERE schemaname NOT IN ('pg_catalog', 'information_schema')`);
    const rows = JSON.stringify(await superuser.rowsOf(...tables.map(({ name }) => name)));
    for (const secret of ['PASSWORD-42', 'SPOKEN-42']) {
      for (const form of [secret, Buffer.from(secret).toString('hex'), Buffer.from(secret).toString('base64').slice(0, -2)]) expect(rows.includes(form)).toBe(false);
    }
  });

  it('go into the archive and come back byte for byte', async () => {
    await patch({ proxy: 'http://ana:secret@127.0.0.1:3128', historySync: 'off' });
    const [rows, settings] = [await superuser.rowsOf('connection_settings'), await read()];
    await tenant.client.post(`/v1/instances/${fresh}/archive`);
    expect(await superuser.look(`SELECT 1 FROM connection_settings WHERE version = 1 AND instance_id = (SELECT id FROM instances WHERE lifecycle = 'archived')`)).toEqual([]);
    for (const answer of [await tenant.client.get(at()), await patch({ historySync: 'full' })]) expectProblem(answer, 409, 'settings-put-away');
    await tenant.client.post(`/v1/instances/${fresh}/restore`);
    expect(await superuser.rowsOf('connection_settings')).toEqual(rows);
    expect(await read()).toEqual(settings);
  });

  it('of an instance that is archived without any are the defaults again afterwards', async () => {
    await tenant.client.post(`/v1/instances/${fresh}/archive`);
    await tenant.client.post(`/v1/instances/${fresh}/restore`);
    expect(await read()).toEqual({ ...DEFAULTS, version: 0 });
  });

  it('that cannot be opened open no session, and are not taken for the defaults', async () => {
    await patch({ readReceipts: true });
    await tenant.client.post('/v1/sandbox/phones', { phoneNumber: '5511999990007', name: 'broken' });
    await superuser.look(`UPDATE connection_settings SET ciphertext = '\\x00' || ciphertext WHERE instance_id = (SELECT id FROM instances ORDER BY created_at DESC LIMIT 1)`);
    await tenant.client.post(`/v1/instances/${fresh}/start`);
    await until('an attempt failed', async () => (await tenant.client.get<{ attempts: number }>(`/v1/instances/${fresh}/connection`)).body.attempts > 0);
    expect((await tenant.client.get<{ pairing: unknown }>(`/v1/instances/${fresh}/connection`)).body.pairing).toBeNull();
    expect((await tenant.client.get(at())).status).toBe(500);
  });
});
