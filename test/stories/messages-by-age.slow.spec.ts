import { activateVersion, Superuser, until } from '#libs/testing';
import { pairInstance, readInstance } from '../setup/paired-instance.js';
import { TestApplication, type TestTenant } from '../setup/test-application.js';

const [OWN, FRIEND] = ['5511999990001', '5511999990002'] as const;
const SHORT = { id: 'short', kind: 'act', priority: 1000, clock: 'latest', match: { environment: ['test'] }, messages: { keep: 'PT2S' } };

interface Shown {
  text: string | null;
  direction: string;
  status: string;
  contentErasedAt: string | null;
}

describe('an instance whose messages are kept for a short time', () => {
  let test: TestApplication;
  let superuser: Superuser;
  let tenant: TestTenant;
  let id: string;

  beforeAll(async () => {
    test = await TestApplication.start();
    superuser = new Superuser(test.database);
    tenant = await test.tenant();
    id = await pairInstance(tenant.client, 'shop', OWN);
    await tenant.client.post('/v1/sandbox/phones', { phoneNumber: FRIEND, name: 'Ana' });
  }, 60_000);
  afterAll(async () => {
    await superuser.end();
    await test.close();
  });

  const messages = async () => (await tenant.client.get<{ data: Shown[] }>(`/v1/instances/${id}/messages`)).body.data;
  const fromFriend = (text: string) => tenant.client.post(`/v1/sandbox/phones/${FRIEND}/messages`, { to: OWN, text });

  it('loses what they say, in and out, and keeps that they were; the session goes on', async () => {
    await tenant.client.post(`/v1/instances/${id}/messages`, { to: FRIEND, type: 'text', text: 'going out' });
    await fromFriend('coming in');
    await until('both are kept', async () => (await messages()).length === 2);
    expect((await messages()).map(({ text }) => text).sort()).toEqual(['coming in', 'going out']);
    const draft = await tenant.client.put<{ version: number }>('/v1/retention-policy', { schema: 'retention/v1', mode: 'enforce', rules: [SHORT] });
    expect(await activateVersion(tenant.client, draft.body.version)).toMatchObject({ status: 200 });
    await until('both are empty', async () => (await messages()).every(({ text }) => text === null));
    expect(await messages()).toEqual([expect.objectContaining({ contentErasedAt: expect.any(String) }), expect.objectContaining({ contentErasedAt: expect.any(String) })]);
    expect(await superuser.look(`SELECT 1 FROM messages WHERE content IS NOT NULL OR original IS NOT NULL`)).toEqual([]);

    await fromFriend('one more');
    await until('it comes', async () => (await messages()).some(({ text }) => text === 'one more'));
    await until('it goes', async () => (await messages()).every(({ text }) => text === null));
    expect(await messages()).toHaveLength(3);
    expect((await readInstance(tenant.client, id)).connection.state).toBe('connected');
    const events = await tenant.client.get<{ data: { type: string; data: { messages?: number } }[] }>(`/v1/instances/${id}/events?limit=200`);
    const erased = events.body.data.filter(({ type }) => type === 'messages.erased').map(({ data }) => data.messages ?? 0);
    expect(erased.reduce((all, some) => all + some, 0)).toBe(3);
  });
});
