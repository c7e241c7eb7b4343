import { proto, type UserFacingSocketConfig } from '@whiskeysockets/baileys';
import { createTestDatabase, type TestDatabase, until } from '#libs/testing';
import { linkedMemory } from './testing/pair.js';
import { silenceConsole } from './testing/silence-console.js';
import { TestClient } from './testing/test-client.js';
import { TestSandbox } from './testing/test-sandbox.js';

silenceConsole();

const [ANA, BOB, EVE] = ['5511999990001', '5511999990002', '5511999990003'] as const;
const jid = (number: string) => `${number}@s.whatsapp.net`;
const { INITIAL_BOOTSTRAP, RECENT, ON_DEMAND } = proto.HistorySync.HistorySyncType;

describe('the history of a phone', () => {
  let database: TestDatabase;
  let sandbox: TestSandbox;
  let tenantId: ReturnType<TestSandbox['tenant']>;
  const clients: TestClient[] = [];

  beforeAll(async () => {
    database = await createTestDatabase();
    sandbox = await TestSandbox.start(database);
  });

  beforeEach(async () => {
    tenantId = sandbox.tenant();
    for (const [number, name] of [[ANA, 'Ana'], [BOB, 'Bob'], [EVE, 'Eve']] as const) await sandbox.phones.create(tenantId, number, name);
  });

  afterEach(() => clients.splice(0).forEach((client) => client.end()));
  afterAll(async () => {
    await sandbox.stop();
    await database.drop();
  });

  const say = (from: string, to: string, text: string) => sandbox.messages.send(tenantId, from, { to, text });
  const onScreen = (number: string, count: number) => until(`${count} on the screen of ${number}`, async () => (await sandbox.screenOf(tenantId, number)).length === count);
  const link = async (number: string, config?: Partial<UserFacingSocketConfig>) => {
    const client = new TestClient(await sandbox.serverOf(tenantId), await linkedMemory(sandbox, tenantId, number, config), config);
    clients.push(client);
    await client.open();
    return config ? client : client.settled();
  };
  const complete = (client: TestClient) => client.seen('the end of the history', () => client.historyStatus.find(({ syncType, status }) => syncType === RECENT && status === 'complete'));
  /** Baileys reports several pieces as one when they come fast, and nothing twice. */
  const told = (client: TestClient) => ({
    chats: client.histories.flatMap(({ chats }) => chats),
    contacts: client.histories.flatMap(({ contacts }) => contacts),
    messages: new Map(client.histories.flatMap(({ messages }) => messages).map((message) => [message.key.id!, message])),
  });
  const textOf = ({ message }: { message?: proto.IMessage | null }) => message?.conversation ?? message?.extendedTextMessage?.text ?? null;

  it('is told to a device that it links: chats, names and what was said, as it is now', async () => {
    const hello = await say(EVE, ANA, 'hello');
    const typo = await say(EVE, ANA, 'helo again');
    const gone = await say(EVE, ANA, 'forget this');
    await onScreen(ANA, 3);
    await sandbox.messages.send(tenantId, EVE, { to: ANA, edit: { message: typo.id, text: 'hello again' } });
    await sandbox.messages.send(tenantId, EVE, { to: ANA, revoke: { message: gone.id } });
    await sandbox.messages.send(tenantId, ANA, { to: EVE, reaction: { message: hello.id, emoji: '👍' } });
    const hi = await say(ANA, BOB, 'hi Bob');
    const group = `${(await sandbox.groups.create(tenantId, EVE, { subject: 'Friends', members: [ANA] })).id}@g.us`;
    const all = await say(EVE, group, 'hello all');
    await onScreen(ANA, 8);
    const client = await link(ANA);
    await complete(client);
    await client.seen('all of it', () => told(client).messages.size === 5 || undefined);
    const { chats, contacts, messages } = told(client);
    expect(chats.map(({ id, name, displayName }) => [id, name ?? displayName])).toEqual([[group, 'Friends'], [jid(BOB), 'Bob'], [jid(EVE), 'Eve']]);
    expect(contacts).toEqual(expect.arrayContaining([expect.objectContaining({ id: jid(EVE), notify: 'Eve' }), expect.objectContaining({ id: jid(BOB), notify: 'Bob' })]));
    expect([hello, typo, hi, all].map(({ id }) => textOf(messages.get(id)!))).toEqual(['hello', 'hello again', 'hi Bob', 'hello all']);
    expect(messages.get(hello.id)).toMatchObject({ key: { remoteJid: jid(EVE), fromMe: false }, reactions: [{ text: '👍', key: { fromMe: true } }] });
    expect(messages.get(gone.id)?.messageStubType).toBe(proto.WebMessageInfo.StubType.REVOKE);
    expect(messages.get(all.id)?.key).toMatchObject({ remoteJid: group, fromMe: false, participant: expect.stringContaining('@lid') });
    expect(messages.get(hi.id)?.key).toMatchObject({ remoteJid: jid(BOB), fromMe: true });
  });

  it('of a phone that shows nothing is told, too, so that the device does not wait for it', async () => {
    const client = await link(ANA);
    await client.seen('the end of the beginning', () => client.historyStatus.find(({ syncType, status }) => syncType === INITIAL_BOOTSTRAP && status === 'complete'));
    expect(told(client).chats).toEqual([]);
  });

  it('that is long comes in pieces, and all of it', async () => {
    const long = 'x'.repeat(60_000);
    for (let place = 0; place < 12; place++) await say(EVE, ANA, `${place} ${long}`);
    await onScreen(ANA, 12);
    const client = await link(ANA);
    await complete(client);
    await client.seen('all of it', () => told(client).messages.size === 12 || undefined);
    expect([...told(client).messages.values()].map((message) => Number(textOf(message)?.split(' ')[0])).sort((one, other) => one - other)).toEqual(Array.from({ length: 12 }, (_, place) => place));
  });

  it.each([
    ['of a device that wants what is recent, the newest hundred', false, 100],
    ['of one that wants all of the past, all', true, 102],
  ])('is told as far back as it was asked for when it was linked: %s', async (_who, syncFullHistory, count) => {
    for (let place = 0; place < 102; place++) await say(EVE, ANA, `message ${place}`);
    await onScreen(ANA, 102);
    const client = await link(ANA, { syncFullHistory, shouldSyncHistoryMessage: () => true });
    await complete(client);
    await client.seen('all of it', () => told(client).messages.size >= count || undefined);
    await say(EVE, ANA, 'and nothing more');
    await client.message('and nothing more');
    expect(told(client).messages.size).toBe(count);
  });

  it('is told further back when a device asks for it', async () => {
    for (let place = 0; place < 6; place++) await say(EVE, ANA, `message ${place}`);
    await onScreen(ANA, 6);
    const client = await link(ANA, { shouldSyncHistoryMessage: ({ syncType }) => Number(syncType) !== Number(RECENT) });
    const [newest] = await client.seen('the beginning', () => (told(client).messages.size > 0 ? [...told(client).messages.values()] : undefined));
    expect(textOf(newest!)).toBe('message 5');
    const request = await client.raw.fetchMessageHistory(2, newest!.key, Number(newest!.messageTimestamp));
    const earlier = await client.seen('what it asked for', () => client.histories.find(({ syncType }) => syncType === ON_DEMAND));
    expect(earlier.messages.map(textOf)).toEqual(['message 4', 'message 3']);
    expect(earlier.peerDataRequestSessionId).toBe(request);
  });

  it('is asked for a message that a device could not read', async () => {
    const client = await link(ANA);
    const { id } = await say(EVE, ANA, 'read me');
    await client.message('read me');
    await client.raw.requestPlaceholderResend({ remoteJid: jid(EVE), id, fromMe: false });
    await client.seen('the same message again', () => client.received.filter(({ key }) => key.id === id)[1]);
    expect(client.texts).toEqual(['read me', 'read me']);
  });
});
