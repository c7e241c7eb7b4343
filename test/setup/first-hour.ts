import { activateVersion, ApiClient, until } from '#libs/testing';
import { createTenure, type InstanceDto, type JournalEntryDto, type Tenure } from '../../packages/client/src/index.js';
import { TenureProcess } from './tenure-process.js';

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

/** The main job of a newcomer, step by step over HTTP, on the built product in a process of its own. `killed`: kill -9 after each step. */
export function tellFirstHour(killed: boolean): void {
  let host: TenureProcess;
  let operator: Tenure;
  let tenure: Tenure;
  let key = '';
  let id = '';
  let tenantId = '';

  /** As a user has it: the typed client, at the address of the last start. */
  const connect = () => {
    operator = createTenure({ baseUrl: host.url, key: host.operatorKey });
    tenure = createTenure({ baseUrl: host.url, key: () => key });
  };

  beforeAll(async () => {
    host = await TenureProcess.start();
    connect();
  }, 30_000);
  afterAll(() => host.discard());
  afterEach(async () => {
    if (!killed) return;
    await host.crash();
    connect();
  }, 30_000);

  /** The instance of this story. */
  const its = () => ({ path: { id } });
  const instance = async (): Promise<InstanceDto> => (await tenure.readInstance(its())).data;
  const connected = () => until('connected', async () => (await instance()).connection.state === 'connected');
  const events = async (): Promise<JournalEntryDto[]> => (await tenure.listInstanceEvents({ ...its(), query: { limit: 200 } })).data.data;
  const countOf = async (type: string) => (await events()).filter((entry) => entry.type === type).length;
  const texts = async () => {
    const { data: page } = await tenure.listMessages(its());
    return page.data.map(({ text, direction, status }) => ({ text, direction, status }));
  };

  it('an operator makes a tenant and a test key', async () => {
    const tenant = await operator.createTenant({ body: { name: 'Acme' } });
    expect(tenant.response.status).toBe(201);
    tenantId = tenant.data.id;
    const { data: made } = await operator.createApiKey({ body: { tenantId, name: 'first', environment: 'test', scopes: ['*'] } });
    expect(made.key).toMatch(/^tnr_test_/);
    key = made.key;
  });

  it('the tenant creates an instance, which nobody has paired', async () => {
    const { response, data } = await tenure.createInstance({ body: { name: 'shop', labels: { plan: 'free' } } });
    expect(response.status).toBe(201);
    id = data.id;
    expect(data).toMatchObject({ lifecycle: 'active', desiredState: 'stopped', connection: { state: 'never_paired' } });
  });

  it('scans its QR code with a simulated phone and is connected', async () => {
    expect((await tenure.createSandboxPhone({ body: { phoneNumber: OWN, name: 'Shop' } })).response.status).toBe(201);
    expect((await tenure.createSandboxPhone({ body: { phoneNumber: FRIEND, name: 'Ana' } })).response.status).toBe(201);
    expect((await tenure.startInstance(its())).response.status).toBe(202);
    const qr = await until('a QR code', async () => (await tenure.readConnection(its())).data.pairing?.qr);
    expect((await tenure.scanQr({ path: { number: OWN }, body: { qr } })).response.status).toBeLessThan(300);
    await connected();
    expect((await instance()).connection.phoneNumber).toBe(OWN);
  });

  it('sends a text that WhatsApp acknowledges and the phone decrypts', async () => {
    await connected();
    const { response, data } = await tenure.sendMessage({ ...its(), body: { to: FRIEND, type: 'text', text: 'hello Ana' } });
    expect({ status: response.status, sent: data.status }).toEqual({ status: 201, sent: 'sent' });
    await until('the phone has it', async () => {
      const { data: inbox } = await tenure.listPhoneMessages({ path: { number: FRIEND } });
      return inbox.data.some(({ text }) => text === 'hello Ana');
    });
  });

  it('receives a text', async () => {
    await connected();
    const { response } = await tenure.sendFromPhone({ path: { number: FRIEND }, body: { to: OWN, text: 'hello shop' } });
    expect(response.status).toBeLessThan(300);
    await until('the instance has it', async () => (await texts()).some(({ text }) => text === 'hello shop'));
    expect(await texts()).toEqual([
      { text: 'hello shop', direction: 'in', status: 'received' },
      { text: 'hello Ana', direction: 'out', status: 'sent' },
    ]);
  });

  it('comes back by itself after its connection dropped', async () => {
    await connected();
    const before = await countOf('connection.opened');
    expect((await tenure.createSandboxFault({ body: { kind: 'drop', phoneNumber: OWN } })).response.status).toBeLessThan(300);
    await until('opened again', async () => (await countOf('connection.opened')) > before);
    await connected();
  });

  it('is left alone by a tenant that never activated a policy', async () => {
    expect(await instance()).toMatchObject({ lifecycle: 'active', retention: { nextAction: null, dueAt: null, ruleId: null } });
    expect((await tenure.explainRetention(its())).response.status).toBe(200);
  });

  it('gets a rule, after a look at what it would do: disconnected sandbox instances are archived after seconds', async () => {
    const draft = await tenure.draftRetentionPolicy({ body: RULES });
    expect(draft.response.status).toBeLessThan(300);
    const careful = new ApiClient(host.url, key);
    expect((await activateVersion(careful, draft.data.version)).status).toBe(200);
  });

  it('is disconnected for good when another client takes its session over', async () => {
    await connected();
    expect((await tenure.createSandboxFault({ body: { kind: 'replaced', phoneNumber: OWN } })).response.status).toBeLessThan(300);
    await until('disconnected', async () => (await instance()).connection.reason === 'replaced');
    await until('the rule has a deadline', async () => (await instance()).retention.nextAction === 'archive' || (await instance()).lifecycle === 'archived');
  });

  it('is archived by the rule, and the journal says by which', async () => {
    await until('archived', async () => (await instance()).lifecycle === 'archived');
    const archived = (await events()).find(({ type }) => type === 'instance.archived');
    expect(archived).toMatchObject({ actor: { kind: 'rule', id: 'policy/1/sandbox' }, data: { ruleId: 'sandbox', policyVersion: 1 } });
    await expect(tenure.startInstance(its())).rejects.toMatchObject({ status: 409, code: 'instance-archived' });
    expect((await texts()).length).toBe(2);
  });

  it('is restored and reconnects without pairing again', async () => {
    const pairings = await countOf('connection.pairing_started');
    expect((await tenure.restoreInstance({ ...its(), query: { start: true } })).response.status).toBeLessThan(300);
    await connected();
    expect(await countOf('connection.pairing_started')).toBe(pairings);
    expect(await countOf('connection.paired')).toBe(1);
    const { response } = await tenure.sendMessage({ ...its(), body: { to: FRIEND, type: 'text', text: 'back again' } });
    expect(response.status).toBe(201);
  });

  it('has one journal of it all, dense and in order', async () => {
    const seqs = (await events()).map(({ seq }) => seq).reverse();
    expect(seqs).toEqual(seqs.map((_seq, index) => index + 1));
  });

  it('printed nothing that must stay secret', () => {
    const printed = host.output.replace(host.operatorKey, '');
    for (const secret of [key, 'hello Ana', 'hello shop', OWN, FRIEND, 'privKey', '<Buffer']) expect(printed).not.toContain(secret);
  });

  it('stops in order when it is told to', async () => {
    if (!killed) expect(await host.stop()).toBe(0);
  });
}
