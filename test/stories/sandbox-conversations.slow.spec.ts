import { jest } from '@jest/globals';
import { downloadMediaMessage } from '@whiskeysockets/baileys';
import type { WAMessage, WASocket } from '@whiskeysockets/baileys';
import { until } from '#libs/testing';
import { mediaWays } from '../../libs/connections/src/media-ways.js';
import { SessionSocket } from '../../libs/connections/src/session-socket.js';
import { pairExisting, pairInstance, stopInstance } from '../setup/paired-instance.js';
import { TestApplication, type TestTenant } from '../setup/test-application.js';

const OWN = '5511999990001';
const FRIEND = '5511999990002';

/** A session's socket, from inside. */
interface Inside {
  socket: WASocket;
  onEvents(events: Record<string, unknown>): void;
}
interface MessageView {
  id: string;
  type: string;
  text: string | null;
}

/** What the sockets of instances report, and through which. */
function socketsOf(): { seen: { event: string; what: unknown }[]; sockets: Set<WASocket> } {
  const inside = SessionSocket.prototype as unknown as Inside;
  const { onEvents } = inside;
  const told = { seen: [] as { event: string; what: unknown }[], sockets: new Set<WASocket>() };
  jest.spyOn(inside, 'onEvents').mockImplementation(function (this: Inside, events) {
    told.sockets.add(this.socket);
    told.seen.push(...Object.entries(events).map(([event, what]) => ({ event, what })));
    return onEvents.call(this, events);
  });
  return told;
}

describe('an instance and its simulated phone', () => {
  let test: TestApplication;
  let tenant: TestTenant;

  beforeAll(async () => {
    test = await TestApplication.start();
  }, 30_000);
  beforeEach(async () => {
    tenant = await test.tenant();
    for (const phoneNumber of [OWN, FRIEND]) await tenant.client.post('/v1/sandbox/phones', { phoneNumber });
  });
  afterEach(() => jest.restoreAllMocks());
  afterAll(() => test.close());

  const phone = (number: string, path: string) => `/v1/sandbox/phones/${number}/${path}`;
  const say = (body: object) => tenant.client.post<{ id: string }>(phone(FRIEND, 'messages'), { to: OWN, ...body });
  const onScreen = (number: string, count: number) =>
    until(`${count} on the screen`, async () => (await tenant.client.get<{ data: { id: string }[] }>(phone(number, `messages?limit=${count}`))).body.data[count - 1]);

  it.each([
    ['off', 1],
    ['recent', 100],
    ['full', 102],
  ])('are told of the past as the instance wants it: %s', async (historySync, count) => {
    const { seen } = socketsOf();
    for (let n = 0; n < 102; n++) await say({ text: `message ${n}` });
    await onScreen(OWN, 102);
    const { id } = (await tenant.client.post<{ id: string }>('/v1/instances', { name: 'shop' })).body;
    await tenant.client.patch(`/v1/instances/${id}/settings`, { historySync });
    await pairExisting(tenant.client, id, 'shop', OWN);
    const past = () => new Set(seen.flatMap(({ event, what }) => (event === 'messaging-history.set' ? (what as { messages: WAMessage[] }).messages.map(({ key }) => key.id) : [])));
    await until('the past', () => Promise.resolve(past().size >= count));
    await say({ text: 'and nothing more' });
    await until('the present', () => Promise.resolve(seen.some(({ event, what }) => event === 'messages.upsert' && JSON.stringify(what).includes('and nothing more'))));
    expect(past().size).toBe(count);
  });

  it('exchange files', async () => {
    const { sockets, seen } = socketsOf();
    const id = await pairInstance(tenant.client, 'shop', OWN);
    const content = Buffer.from('an invoice');
    await say({ media: { type: 'document', content: content.toString('base64'), mimetype: 'text/plain', fileName: 'a.txt', caption: 'look' } });
    const kept = await until('it to be kept', async () => (await tenant.client.get<{ data: MessageView[] }>(`/v1/instances/${id}/messages`)).body.data[0]);
    expect(kept).toMatchObject({ type: 'document', text: 'look' });

    const [{ certificate }, socket] = [(await tenant.client.get<{ certificate: string }>('/v1/sandbox/media')).body, [...sockets].at(-1)!];
    const received = seen.flatMap(({ event, what }) => (event === 'messages.upsert' ? (what as { messages: WAMessage[] }).messages : [])).find(({ message }) => message?.documentMessage ?? message?.documentWithCaptionMessage);
    expect((await downloadMediaMessage(received!, 'buffer', { options: mediaWays(certificate).options })).equals(content)).toBe(true);
    await expect(downloadMediaMessage(received!, 'buffer', {})).rejects.toThrow();

    const sent = await socket.sendMessage(`${FRIEND}@s.whatsapp.net`, { document: content, mimetype: 'text/plain', fileName: 'b.txt' });
    await onScreen(FRIEND, 2);
    expect((await tenant.client.get<string>(phone(FRIEND, `messages/${sent!.key.id}/media`))).body).toBe('an invoice');
  });

  it('see each other come, type and go', async () => {
    const { sockets, seen } = socketsOf();
    const { id } = (await tenant.client.post<{ id: string }>('/v1/instances', { name: 'shop' })).body;
    await tenant.client.patch(`/v1/instances/${id}/settings`, { alwaysOnline: true });
    await pairExisting(tenant.client, id, 'shop', OWN);
    const sight = async () => (await tenant.client.get<{ online: boolean; typing: string | null }>(phone(FRIEND, `contacts/${OWN}`))).body;
    await until('the friend to see it', async () => (await sight()).online);
    const socket = [...sockets].at(-1)!;
    await socket.sendPresenceUpdate('composing', `${FRIEND}@s.whatsapp.net`);
    await until('the friend to see that, too', async () => (await sight()).typing === 'composing');
    await tenant.client.post(phone(FRIEND, 'presence'), { state: 'composing', to: OWN });
    const typing = () => seen.some(({ event, what }) => event === 'presence.update' && JSON.stringify(what).includes('composing'));
    await until('the instance to see the friend type', () => Promise.resolve(typing()));
    await stopInstance(tenant.client, id);
    await until('the friend to see it go', async () => !(await sight()).online);
  });

  it('share settings: saved contacts, the name of the account, and what the phone does with its chats', async () => {
    const { seen } = socketsOf();
    await tenant.client.patch(phone(OWN, 'profile'), { name: 'The shop' });
    await tenant.client.post(phone(OWN, 'settings'), { contact: { phoneNumber: FRIEND, name: 'Ana from work' } });
    await pairInstance(tenant.client, 'shop', OWN);
    const told = (event: string, text: string) => until(`${event} with ${text}`, () => Promise.resolve(seen.some((one) => one.event === event && JSON.stringify(one.what).includes(text))));
    await told('contacts.upsert', 'Ana from work');
    await told('creds.update', '"name":"The shop"');
    await tenant.client.post(phone(OWN, 'settings'), { chat: FRIEND, archive: true });
    await told('chats.update', '"archived":true');
  });
});
