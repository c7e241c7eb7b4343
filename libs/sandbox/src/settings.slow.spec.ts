import type { ChatModification } from '@whiskeysockets/baileys';
import { createTestDatabase, type TestDatabase, until } from '#libs/testing';
import type { SandboxSettingDto } from './control/setting.dto.js';
import { linkedMemory } from './testing/pair.js';
import { silenceConsole } from './testing/silence-console.js';
import { TestClient } from './testing/test-client.js';
import { TestSandbox } from './testing/test-sandbox.js';

silenceConsole();

const [ANA, BOB] = ['5511999990001', '5511999990002'] as const;
const BOB_JID = `${BOB}@s.whatsapp.net`;
/** Baileys does not check unless it is told to. */
const CHECKED = { appStateMacVerification: { patch: true, snapshot: true } };

describe('the settings of an account', () => {
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
    await sandbox.phones.create(tenantId, ANA, 'Ana');
    await sandbox.phones.create(tenantId, BOB, 'Bob');
  });

  afterEach(() => clients.splice(0).forEach((client) => client.end()));
  afterAll(async () => {
    await sandbox.stop();
    await database.drop();
  });

  const connect = async (memory: TestClient['memory']) => {
    const client = new TestClient(await sandbox.serverOf(tenantId), memory, CHECKED);
    clients.push(client);
    return client.open();
  };
  const link = async () => (await connect(await linkedMemory(sandbox, tenantId, ANA))).settled();
  const chat = (client: TestClient, what: object) =>
    client.seen(`a chat with ${JSON.stringify(what)}`, () => client.chatUpdates.find((update) => Object.entries(what).every(([name, value]) => update[name as 'id'] === value)));
  /** But for the name, which every account has. */
  const shown = async () => (await sandbox.settings.list(tenantId, ANA)).filter(({ setting }) => setting !== 'setting_pushName');
  const kept = (isWanted: (setting: SandboxSettingDto) => boolean) => until('the setting on the phone', async () => (await shown()).find(isWanted));

  it.each<[string, ChatModification, object, SandboxSettingDto['value']]>([
    ['archived', { archive: true, lastMessages: [] }, { id: BOB_JID, archived: true }, { archiveChatAction: { archived: true } }],
    ['muted', { mute: 4_102_444_800_000 }, { id: BOB_JID, muteEndTime: 4_102_444_800_000 }, { muteAction: { muted: true } }],
    ['marked as unread', { markRead: false, lastMessages: [] }, { id: BOB_JID, unreadCount: -1 }, { markChatAsReadAction: { read: false } }],
  ])('that one device changes are seen by the other and on the phone: %s', async (_what, modification, update, value) => {
    const [first, second] = [await link(), await link()];
    await first.raw.chatModify(modification, BOB_JID);
    await chat(second, update);
    expect((await kept(({ about }) => about[0] === BOB_JID)).value).toMatchObject(value);
  });

  it('are seen by a device that is linked later, and by one that was away', async () => {
    const first = await link();
    const away = await link();
    away.end();
    await away.closed();
    await first.raw.chatModify({ pin: true }, BOB_JID);
    await first.raw.chatModify({ archive: true, lastMessages: [] }, BOB_JID);
    await first.raw.chatModify({ archive: false, lastMessages: [] }, BOB_JID);
    const later = await link();
    await until('the later one to have it', async () => versionOf(later, 'regular_low') === 3);
    const back = await connect(away.memory);
    await chat(back, { id: BOB_JID, archived: false });
    await until('the one that was away to have it', async () => versionOf(back, 'regular_low') === 3);
  });

  it('that were changed more often than anybody remembers are still seen, as they are now', async () => {
    const first = await link();
    for (let round = 0; round < 110; round++) await sandbox.settings.change(tenantId, ANA, { chat: BOB, pin: round % 2 === 1 });
    const later = await link();
    await until('the later one to have it', async () => versionOf(later, 'regular_low') === 110);
    await until('the first to have it', async () => versionOf(first, 'regular_low') === 110);
    await later.raw.chatModify({ archive: true, lastMessages: [] }, BOB_JID);
    await chat(first, { id: BOB_JID, archived: true });
    expect(await shown()).toHaveLength(2);
  });

  it('that the phone changes are seen by its devices', async () => {
    const client = await link();
    await sandbox.settings.change(tenantId, ANA, { chat: BOB, archive: true });
    await chat(client, { id: BOB_JID, archived: true });
    await sandbox.settings.change(tenantId, ANA, { chat: BOB, mute: 3_600 });
    await client.seen('a mute', () => client.chatUpdates.find(({ id, muteEndTime }) => id === BOB_JID && Number(muteEndTime) > Date.now()));
    await sandbox.settings.change(tenantId, ANA, { contact: { phoneNumber: BOB, name: 'Bob from work' } });
    await client.seen('the contact', () => client.contactUpserts.find(({ name }) => name === 'Bob from work'));
    const { id } = await sandbox.messages.send(tenantId, ANA, { to: BOB, text: 'a star' });
    await sandbox.settings.change(tenantId, ANA, { chat: BOB, star: { message: id, starred: true } });
    await client.seen('the star', () => client.updates.find(({ key, update }) => key.id === id && key.fromMe && update.starred));
    await expect(sandbox.settings.change(tenantId, ANA, { chat: BOB, star: { message: 'NONE', starred: true } })).rejects.toMatchObject({ doc: { code: 'sandbox.bad-message' } });
  });

  it('are gone when a device takes them back', async () => {
    const client = await link();
    await client.raw.addOrEditContact(BOB_JID, { fullName: 'Bob', saveOnPrimaryAddressbook: true });
    await kept(({ setting }) => setting === 'contact');
    await client.raw.removeContact(BOB_JID);
    await until('it to be gone', async () => (await shown()).length === 0);
    // Baileys counts wrong from here on: the others must not notice
    await client.raw.addOrEditContact(BOB_JID, { fullName: 'Bob again', saveOnPrimaryAddressbook: true });
    const later = await link();
    await later.seen('the contact', () => later.contactUpserts.find(({ name }) => name === 'Bob again'));
  });

  it('tell a device that is linked what the account is called', async () => {
    expect((await link()).memory.creds.me?.name).toBe('Ana');
  });

  it('name it: what an instance calls itself is what others see, and what the phone calls itself the instance learns', async () => {
    const client = await link();
    await client.raw.updateProfileName('Ana Maria');
    await until('the phone to have the name', async () => (await sandbox.profiles.read(tenantId, ANA)).name === 'Ana Maria');
    await sandbox.messages.send(tenantId, ANA, { to: BOB, text: 'who am I?' });
    await sandbox.profiles.change(tenantId, ANA, { name: 'Ana' });
    await client.seen('its new name', () => (client.memory.creds.me?.name === 'Ana' ? true : undefined));
  });

  it('are refused under another key', async () => {
    const client = await link();
    await sandbox.settings.change(tenantId, ANA, { chat: BOB, pin: true });
    const keys = client.memory.keys.get('app-state-sync-key')!;
    await until('it to have the change', async () => versionOf(client, 'regular_low') === 1);
    for (const id of keys.keys()) keys.set(id, { keyData: Buffer.alloc(32, 1) });
    await expect(client.raw.chatModify({ pin: false }, BOB_JID)).rejects.toThrow('bad-settings');
    expect((await shown())[0]?.value).toMatchObject({ pinAction: { pinned: true } });
  });

  it('are there after the process ended, and belong to their tenant', async () => {
    await sandbox.settings.change(tenantId, ANA, { chat: BOB, pin: true });
    const again = await TestSandbox.start(database);
    expect(await again.settings.list(tenantId, ANA)).toMatchObject([{ setting: 'pin_v1', about: [BOB_JID], value: { pinAction: { pinned: true } } }]);
    const other = again.tenant();
    await again.phones.create(other, ANA, 'Ana');
    expect(await again.settings.list(other, ANA)).toEqual([]);
    await again.stop();
  });
});

function versionOf({ memory }: TestClient, collection: string): number | undefined {
  return (memory.keys.get('app-state-sync-version')?.get(collection) as { version: number } | undefined)?.version;
}
