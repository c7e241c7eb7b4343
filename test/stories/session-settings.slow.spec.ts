import { until } from '#libs/testing';
import { FrontDesk } from '../../libs/sandbox/src/server/front-desk.js';
import { pairInstance, stopInstance, untilConnected } from '../setup/paired-instance.js';
import { TestApplication, type TestTenant } from '../setup/test-application.js';

const OWN = '5511999990001';
const FRIEND = '5511999990002';

interface PhoneMessage {
  id: string;
  chat: string;
  text: string;
  direction: string;
  status: string;
}

/** What instances say of themselves to WhatsApp, from now on. */
function presencesAt(desk: FrontDesk): (string | undefined)[] {
  const seen: (string | undefined)[] = [];
  const receive = desk.received.bind(desk);
  desk.received = (connection, stanza) => {
    if (stanza.tag === 'presence' && stanza.attrs.type) seen.push(stanza.attrs.type);
    return receive(connection, stanza);
  };
  return seen;
}

describe('a session with settings', () => {
  let test: TestApplication;
  let client: TestTenant['client'];
  let id = '';

  beforeAll(async () => {
    test = await TestApplication.start();
    ({ client } = await test.tenant());
    await client.post('/v1/sandbox/phones', { phoneNumber: FRIEND, name: 'Ana' });
    id = await pairInstance(client, 'shop', OWN);
  }, 30_000);
  afterAll(() => test.close());

  const set = (settings: object) => client.patch(`/v1/instances/${id}/settings`, settings);
  const types = async () => (await client.get<{ data: { type: string }[] }>(`/v1/instances/${id}/events?limit=200`)).body.data.map(({ type }) => type).reverse();
  const reasons = async () =>
    (await client.get<{ data: { type: string; data: { reason?: string } }[] }>(`/v1/instances/${id}/events?limit=200`)).body.data.filter(({ type }) => type === 'connection.closed').map(({ data }) => data.reason);
  const write = async (text: string) => (await client.post<PhoneMessage>(`/v1/sandbox/phones/${FRIEND}/messages`, { to: OWN, text })).body.id;
  const onPhone = async () => (await client.get<{ data: PhoneMessage[] }>(`/v1/sandbox/phones/${FRIEND}/messages?limit=200`)).body.data;
  const statusOf = async (message: string) => (await onPhone()).find((other) => other.id === message)?.status;
  const call = (seconds: number) => client.post<{ outcome: string }>(`/v1/sandbox/phones/${FRIEND}/calls`, { to: OWN, seconds });

  it('marks what it receives as read from the moment that it shall, and the phone sees it', async () => {
    const before = await write('before');
    await until('delivered', async () => (await statusOf(before)) === 'delivered');
    await set({ readReceipts: true });
    const after = await until('a message that is read', async () => {
      const message = await write('after');
      return until('read', async () => (await statusOf(message)) === 'read' && message, 1_500).catch(() => null);
    });
    expect(await statusOf(after)).toBe('read');
    expect(await statusOf(before)).toBe('delivered');
    expect((await types()).at(-1)).toBe('instance.settings_changed');
  });

  it('marks what had waited for it as read, too', async () => {
    await stopInstance(client, id);
    const waiting = await write('while you were away');
    await client.post(`/v1/instances/${id}/start`);
    await until('read', async () => (await statusOf(waiting)) === 'read');
  });

  it('lets calls ring, and rejects them once it shall, with a word to the caller', async () => {
    expect((await call(1)).body).toMatchObject({ outcome: 'unanswered' });
    await set({ rejectCalls: true, rejectCallsText: 'Please write to us' });
    await until('a call that is rejected', async () => (await call(1)).body.outcome === 'rejected');
    const told = () => onPhone().then((all) => all.filter(({ text, direction }) => text === 'Please write to us' && direction === 'in'));
    await until('told', async () => (await told()).length > 0);
    // again within the minute: rejected, and told nothing more
    expect((await call(5)).body).toMatchObject({ outcome: 'rejected' });
    expect(await told()).toHaveLength(1);
    // what it said is kept like anything else that it says
    await until('kept', async () => {
      const { body } = await client.get<{ data: PhoneMessage[] }>(`/v1/instances/${id}/messages`);
      return body.data.some(({ text, direction, chat }) => text === 'Please write to us' && direction === 'out' && chat === `${FRIEND}@s.whatsapp.net`);
    });
  });

  it('is online for its contacts while it shall be, also when it connects', async () => {
    const seen = presencesAt(test.get(FrontDesk));
    const last = (type: string) => until(type, async () => seen.at(-1) === type);
    await set({ alwaysOnline: true });
    // nobody is shown as online before WhatsApp knows the account's name, which the phone says with the first message
    await client.post(`/v1/sandbox/phones/${OWN}/messages`, { to: FRIEND, text: 'from the phone' });
    await last('available');
    await set({ alwaysOnline: false });
    await last('unavailable');
    await set({ alwaysOnline: true });
    await last('available');
    await client.post('/v1/sandbox/faults', { kind: 'drop', phoneNumber: OWN });
    await until('again', async () => seen.length >= 4);
    expect(seen).toEqual(['available', 'unavailable', 'available', 'available']);
    await untilConnected(client, id);
  });

  it('has not closed for any of this', async () => {
    // the stop above, and the line that was cut
    expect(await reasons()).toEqual(['connection_lost', 'user_stopped']);
  });

  it('connects anew at once for another history, and nobody stopped it', async () => {
    const before = (await types()).length;
    await set({ historySync: 'off' });
    await until('opened again', async () => (await types()).slice(before).includes('connection.opened'));
    await untilConnected(client, id);
    expect((await types()).slice(before)).toEqual(['instance.settings_changed', 'connection.closed', 'connection.opened']);
    expect((await reasons())[0]).toBe('platform_stopped');
    const message = await write('and still');
    await until('read', async () => (await statusOf(message)) === 'read');
  });
});
