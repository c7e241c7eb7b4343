import { ApiClient, until } from '#libs/testing';
import type { InstanceView } from '../setup/paired-instance.js';
import { TenureProcess } from '../setup/tenure-process.js';

interface Entry {
  type: string;
  seq: number;
  actor: { kind: string; id: string };
  data: Record<string, unknown>;
}

const OWN = '5511999990001';
const FRIEND = '5511999990002';

/** The rule of the documentation, in seconds, for sandbox instances only; this version archives and removes nothing. */
const RULES = {
  schema: 'retention/v1',
  mode: 'enforce',
  timezone: 'America/Sao_Paulo',
  rules: [
    {
      id: 'sandbox',
      kind: 'act',
      priority: 40,
      match: { environment: ['test'], connection: ['disconnected'] },
      clock: 'latest',
      archive: { after: 'PT4S' },
    },
  ],
};

describe.each([
  ['undisturbed', false],
  ['killed with kill -9 after each step', true],
])('the first hour, %s', (_how, killed) => {
  let tenure: TenureProcess;
  let operator: ApiClient;
  let client: ApiClient;
  let key = '';
  let id = '';
  let tenantId = '';

  beforeAll(async () => {
    tenure = await TenureProcess.start();
    operator = new ApiClient(tenure.url, tenure.operatorKey);
  }, 30_000);
  afterAll(() => tenure.discard());
  afterEach(async () => {
    if (!killed) return;
    await tenure.crash();
    operator = new ApiClient(tenure.url, tenure.operatorKey);
    client = new ApiClient(tenure.url, key);
  }, 30_000);

  const instance = async (): Promise<InstanceView> => (await client.get<InstanceView>(`/v1/instances/${id}`)).body;
  const connected = () => until('connected', async () => (await instance()).connection.state === 'connected');
  const events = async (): Promise<Entry[]> => (await client.get<{ data: Entry[] }>(`/v1/instances/${id}/events?limit=200`)).body.data;
  const countOf = async (type: string) => (await events()).filter((entry) => entry.type === type).length;
  const texts = async () => {
    const { body } = await client.get<{ data: { text: string; direction: string; status: string }[] }>(`/v1/instances/${id}/messages`);
    return body.data.map(({ text, direction, status }) => ({ text, direction, status }));
  };

  it('an operator makes a tenant and a test key', async () => {
    const tenant = await operator.post<{ id: string }>('/v1/tenants', { name: 'Acme' });
    expect(tenant.status).toBe(201);
    tenantId = tenant.body.id;
    const made = await operator.post<{ key: string }>('/v1/api-keys', { tenantId, name: 'first', environment: 'test', scopes: ['*'] });
    expect(made.body.key).toMatch(/^tnr_test_/);
    key = made.body.key;
    client = new ApiClient(tenure.url, key);
  });

  it('the tenant creates an instance, which nobody has paired', async () => {
    const { status, body } = await client.post<InstanceView>('/v1/instances', { name: 'shop', labels: { plan: 'free' } });
    expect(status).toBe(201);
    id = body.id;
    expect(body).toMatchObject({ lifecycle: 'active', desiredState: 'stopped', connection: { state: 'never_paired' } });
  });

  it('scans its QR code with a simulated phone and is connected', async () => {
    expect((await client.post('/v1/sandbox/phones', { phoneNumber: OWN, name: 'Shop' })).status).toBe(201);
    expect((await client.post('/v1/sandbox/phones', { phoneNumber: FRIEND, name: 'Ana' })).status).toBe(201);
    expect((await client.post(`/v1/instances/${id}/start`)).status).toBe(202);
    const qr = await until('a QR code', async () => {
      const { body } = await client.get<{ pairing?: { qr: string } }>(`/v1/instances/${id}/connection`);
      return body.pairing?.qr;
    });
    expect((await client.post(`/v1/sandbox/phones/${OWN}/scan`, { qr })).status).toBeLessThan(300);
    await connected();
    expect((await instance()).connection.phoneNumber).toBe(OWN);
  });

  it('sends a text that WhatsApp acknowledges and the phone decrypts', async () => {
    await connected();
    const { status, body } = await client.post(`/v1/instances/${id}/messages`, { to: FRIEND, type: 'text', text: 'hello Ana' });
    expect({ status, sent: body.status }).toEqual({ status: 201, sent: 'sent' });
    await until('the phone has it', async () => {
      const inbox = await client.get<{ data: { text: string }[] }>(`/v1/sandbox/phones/${FRIEND}/messages`);
      return inbox.body.data.some(({ text }) => text === 'hello Ana');
    });
  });

  it('receives a text', async () => {
    await connected();
    expect((await client.post(`/v1/sandbox/phones/${FRIEND}/messages`, { to: OWN, text: 'hello shop' })).status).toBeLessThan(300);
    await until('the instance has it', async () => (await texts()).some(({ text }) => text === 'hello shop'));
    expect(await texts()).toEqual([
      { text: 'hello shop', direction: 'in', status: 'received' },
      { text: 'hello Ana', direction: 'out', status: 'sent' },
    ]);
  });

  it('comes back by itself after its connection dropped', async () => {
    await connected();
    const before = await countOf('connection.opened');
    expect((await client.post('/v1/sandbox/faults', { kind: 'drop', phoneNumber: OWN })).status).toBeLessThan(300);
    await until('opened again', async () => (await countOf('connection.opened')) > before);
    await connected();
  });

  it('is left alone by a tenant that never activated a policy', async () => {
    expect(await instance()).toMatchObject({ lifecycle: 'active', retention: { nextAction: null, dueAt: null, ruleId: null } });
    const explained = await client.get<{ decision: { action: null } }>(`/v1/instances/${id}/retention`);
    expect(explained.status).toBe(200);
  });

  it('gets a rule: disconnected sandbox instances are archived after seconds', async () => {
    const draft = await client.put<{ version: number }>('/v1/retention-policy', RULES);
    expect(draft.status).toBeLessThan(300);
    const activated = await client.post(`/v1/retention-policy/versions/${draft.body.version}/activate`);
    expect(activated.status).toBeLessThan(300);
  });

  it('is disconnected for good when another client takes its session over', async () => {
    await connected();
    expect((await client.post('/v1/sandbox/faults', { kind: 'replaced', phoneNumber: OWN })).status).toBeLessThan(300);
    await until('disconnected', async () => (await instance()).connection.reason === 'replaced');
    await until('the rule has a deadline', async () => (await instance()).retention.nextAction === 'archive' || (await instance()).lifecycle === 'archived');
  });

  it('is archived by the rule, and the journal says by which', async () => {
    await until('archived', async () => (await instance()).lifecycle === 'archived');
    const archived = (await events()).find(({ type }) => type === 'instance.archived');
    expect(archived).toMatchObject({ actor: { kind: 'rule', id: 'policy/1/sandbox' }, data: { ruleId: 'sandbox', policyVersion: 1 } });
    expect((await client.post(`/v1/instances/${id}/start`)).body.code).toBe('instance-archived');
    expect((await texts()).length).toBe(2);
  });

  it('is restored and reconnects without pairing again', async () => {
    const pairings = await countOf('connection.pairing_started');
    expect((await client.post(`/v1/instances/${id}/restore?start=true`)).status).toBeLessThan(300);
    await connected();
    expect(await countOf('connection.pairing_started')).toBe(pairings);
    expect(await countOf('connection.paired')).toBe(1);
    const { status } = await client.post(`/v1/instances/${id}/messages`, { to: FRIEND, type: 'text', text: 'back again' });
    expect(status).toBe(201);
  });

  it('has one journal of it all, dense and in order', async () => {
    const seqs = (await events()).map(({ seq }) => seq).reverse();
    expect(seqs).toEqual(seqs.map((_seq, index) => index + 1));
  });

  it('printed nothing that must stay secret', () => {
    const printed = tenure.output.replace(tenure.operatorKey, '');
    for (const secret of [key, 'hello Ana', 'hello shop', OWN, FRIEND, 'privKey', '<Buffer']) expect(printed).not.toContain(secret);
  });

  it('stops in order when it is told to', async () => {
    if (!killed) expect(await tenure.stop()).toBe(0);
  });
});
