import { randomBytes } from 'node:crypto';
import { createTestDatabase, type TestDatabase, until } from '#libs/testing';
import { pairedClient, linkedMemory } from './testing/pair.js';
import { silenceConsole } from './testing/silence-console.js';
import { fetchOptions, TestClient } from './testing/test-client.js';
import { TestSandbox } from './testing/test-sandbox.js';

silenceConsole();

const [ANA, BOB, EVE] = ['5511999990001', '5511999990002', '5511999990003'] as const;
const jid = (number: string) => `${number}@s.whatsapp.net`;

describe('accounts show of themselves', () => {
  let database: TestDatabase;
  let sandbox: TestSandbox;
  let tenantId: ReturnType<TestSandbox['tenant']>;
  let ana: TestClient;
  let bob: TestClient;

  beforeAll(async () => {
    database = await createTestDatabase();
    sandbox = await TestSandbox.start(database);
  });

  beforeEach(async () => {
    tenantId = sandbox.tenant();
    ana = await pairedClient(sandbox, tenantId, ANA, { markOnlineOnConnect: false });
    bob = await pairedClient(sandbox, tenantId, BOB, { markOnlineOnConnect: false });
    await sandbox.phones.create(tenantId, EVE, 'Eve');
  });

  afterEach(() => [ana, bob].forEach((client) => client.end()));
  afterAll(async () => {
    await sandbox.stop();
    await database.drop();
  });

  const presence = (client: TestClient, of: string, what: object) =>
    client.seen(`${of} to be ${JSON.stringify(what)}`, () => {
      const shown = client.presences.filter(({ id }) => id === of).at(-1);
      return shown && Object.entries(what).every(([name, value]) => Object.values(shown.presences)[0]?.[name as 'lastKnownPresence'] === value) ? shown : undefined;
    });
  const eveSees = (number: string) => sandbox.contacts.read(tenantId, EVE, number);

  describe('whether they are there', () => {
    it('when an instance says so, to who asked to be told, and since when they are away', async () => {
      await bob.raw.presenceSubscribe(jid(ANA));
      await presence(bob, jid(ANA), { lastKnownPresence: 'unavailable', lastSeen: undefined });
      await ana.raw.sendPresenceUpdate('available');
      await presence(bob, jid(ANA), { lastKnownPresence: 'available' });
      expect(await eveSees(ANA)).toMatchObject({ online: true });
      await ana.raw.sendPresenceUpdate('unavailable');
      const { presences } = await presence(bob, jid(ANA), { lastKnownPresence: 'unavailable' });
      expect(Math.abs(Object.values(presences)[0]!.lastSeen! - Date.now() / 1000)).toBeLessThan(30);
      expect(await eveSees(ANA)).toMatchObject({ online: false, lastSeen: expect.any(String) });
    });

    it('when a phone does', async () => {
      await ana.raw.presenceSubscribe(jid(EVE));
      await sandbox.appearance.appear(tenantId, EVE, { state: 'available' });
      await presence(ana, jid(EVE), { lastKnownPresence: 'available' });
      await sandbox.appearance.appear(tenantId, EVE, { state: 'unavailable' });
      await presence(ana, jid(EVE), { lastKnownPresence: 'unavailable' });
    });

    it('no more when their line is cut', async () => {
      await bob.raw.presenceSubscribe(jid(ANA));
      await ana.raw.sendPresenceUpdate('available');
      await presence(bob, jid(ANA), { lastKnownPresence: 'available' });
      sandbox.faults.inflict(tenantId, { kind: 'drop', phoneNumber: ANA });
      await presence(bob, jid(ANA), { lastKnownPresence: 'unavailable' });
    });

    it('and when they were last, also after the process ended', async () => {
      await sandbox.appearance.appear(tenantId, EVE, { state: 'available' });
      await sandbox.appearance.appear(tenantId, EVE, { state: 'unavailable' });
      const { lastSeen } = await sandbox.contacts.read(tenantId, ANA, EVE);
      const other = await TestSandbox.start(database);
      expect(Math.abs(Date.parse((await other.contacts.read(tenantId, ANA, EVE)).lastSeen!) - Date.parse(lastSeen!))).toBeLessThan(5_000);
      await other.stop();
    });

    it('to nobody whom they do not want to know it', async () => {
      await ana.raw.updateLastSeenPrivacy('none');
      await ana.raw.updateOnlinePrivacy('match_last_seen');
      await ana.raw.sendPresenceUpdate('available');
      await until('Ana to have been seen', async () => (await sandbox.contacts.read(tenantId, ANA, ANA)).online);
      expect(await eveSees(ANA)).toMatchObject({ online: false, lastSeen: null });
    });
  });

  describe('that they type', () => {
    it('to the other side, both ways', async () => {
      await ana.raw.sendPresenceUpdate('composing', jid(EVE));
      await until('Eve to see it', async () => (await eveSees(ANA)).typing === 'composing');
      await ana.raw.sendPresenceUpdate('recording', jid(EVE));
      await until('Eve to see it', async () => (await eveSees(ANA)).typing === 'recording');
      await ana.raw.sendPresenceUpdate('paused', jid(EVE));
      await until('Eve to see it', async () => (await eveSees(ANA)).typing === null);
      expect((await sandbox.contacts.read(tenantId, BOB, ANA)).typing).toBeNull();
      await sandbox.appearance.appear(tenantId, EVE, { state: 'recording', to: ANA });
      await presence(ana, jid(EVE), { lastKnownPresence: 'recording' });
      await sandbox.appearance.appear(tenantId, EVE, { state: 'paused', to: ANA });
      await presence(ana, jid(EVE), { lastKnownPresence: 'available' });
    });

    it('in groups, to everybody in them', async () => {
      const group = `${(await sandbox.groups.create(tenantId, EVE, { subject: 'Friends', members: [ANA] })).id}@g.us`;
      await sandbox.appearance.appear(tenantId, EVE, { state: 'composing', to: group });
      const { presences } = await presence(ana, group, { lastKnownPresence: 'composing' });
      expect(Object.keys(presences)).toEqual([expect.stringContaining('@lid')]);
      expect(bob.presences).toEqual([]);
    });
  });

  describe('pictures', () => {
    const image = () => randomBytes(2_000);
    const read = async (url: string | undefined | null) => Buffer.from(await (await fetch(url!, fetchOptions(sandbox.media.describe().certificate))).arrayBuffer());

    it('of phones, which instances read and hear of', async () => {
      await sandbox.messages.send(tenantId, EVE, { to: ANA, text: 'now we have a chat' });
      await ana.message('now we have a chat');
      await expect(ana.raw.profilePictureUrl(jid(EVE))).rejects.toThrow('picture-not-found');
      const bytes = image();
      await sandbox.pictures.setOwn(tenantId, EVE, bytes);
      await ana.seen('the news', () => ana.contactUpdates.find(({ id, imgUrl }) => id === jid(EVE) && imgUrl === 'changed'));
      expect((await read(await ana.raw.profilePictureUrl(jid(EVE), 'image'))).equals(bytes)).toBe(true);
      await sandbox.pictures.removeOwn(tenantId, EVE);
      await ana.seen('the news', () => ana.contactUpdates.find(({ id, imgUrl }) => id === jid(EVE) && imgUrl === 'removed'));
      await expect(ana.raw.profilePictureUrl(jid(EVE))).rejects.toThrow('picture-not-found');
    });

    it('of instances, which phones see, unless these do not want it', async () => {
      await ana.raw.updateProfilePicture(jid(ANA), PNG);
      const { picture } = await eveSees(ANA);
      expect((await read(picture)).subarray(0, 3).toString('hex')).toBe('ffd8ff');
      await ana.raw.updateProfilePicturePrivacy('none');
      expect((await eveSees(ANA)).picture).toBeNull();
      await ana.raw.updateProfilePicturePrivacy('all');
      await ana.raw.removeProfilePicture(jid(ANA));
      expect((await eveSees(ANA)).picture).toBeNull();
    });

    it('of groups, to those in them', async () => {
      const group = `${(await sandbox.groups.create(tenantId, EVE, { subject: 'Friends', members: [ANA] })).id}`;
      const bytes = image();
      await sandbox.pictures.setOfGroup(tenantId, EVE, group, bytes);
      expect((await read(await ana.raw.profilePictureUrl(`${group}@g.us`))).equals(bytes)).toBe(true);
      await expect(bob.raw.profilePictureUrl(`${group}@g.us`)).rejects.toThrow('not-in-group');
    });
  });

  it('a status text, and to whom', async () => {
    await ana.raw.updateProfileStatus('At work');
    expect((await eveSees(ANA)).about).toBe('At work');
    expect(await bob.raw.fetchStatus(jid(ANA))).toMatchObject([{ status: { status: 'At work' } }]);
    await ana.raw.updateStatusPrivacy('none');
    expect((await eveSees(ANA)).about).toBeNull();
    expect(await bob.raw.fetchStatus(jid(ANA))).toMatchObject([{ status: { status: '' } }]);
    await sandbox.profiles.change(tenantId, EVE, { about: 'On holiday' });
    expect(await ana.raw.fetchStatus(jid(EVE))).toMatchObject([{ status: { status: 'On holiday' } }]);
  });

  it('a name, and another one from the next message on', async () => {
    await sandbox.messages.send(tenantId, EVE, { to: ANA, text: 'before' });
    expect(await ana.message('before')).toMatchObject({ pushName: 'Eve' });
    await sandbox.profiles.change(tenantId, EVE, { name: 'Eve Maria' });
    await sandbox.messages.send(tenantId, EVE, { to: ANA, text: 'after' });
    expect(await ana.message('after')).toMatchObject({ pushName: 'Eve Maria' });
    await sandbox.profiles.change(tenantId, BOB, { name: 'Robert' });
    await bob.sendText(ANA, 'from a connected device');
    expect(await ana.message('from a connected device')).toMatchObject({ pushName: 'Robert' });
  });

  it('privacy settings as they were left, on every device', async () => {
    await ana.raw.updateReadReceiptsPrivacy('none');
    await sandbox.profiles.change(tenantId, ANA, { privacy: { groupadd: 'contacts' } });
    const second = await new TestClient(await sandbox.serverOf(tenantId), await linkedMemory(sandbox, tenantId, ANA)).open();
    expect(await second.raw.fetchPrivacySettings(true)).toMatchObject({ readreceipts: 'none', groupadd: 'contacts', last: 'all' });
    expect((await sandbox.profiles.read(tenantId, ANA)).privacy).toMatchObject({ readreceipts: 'none', groupadd: 'contacts' });
    second.end();
  });

  it('nothing to those whom they have blocked, and do not hear them', async () => {
    await ana.sendText(EVE, 'so that Ana knows who Eve is');
    await until('Eve to have it', async () => (await sandbox.screenOf(tenantId, EVE)).length > 0);
    await ana.raw.updateBlockStatus(jid(EVE), 'block');
    const { lid } = await sandbox.profiles.read(tenantId, EVE);
    expect(await ana.raw.fetchBlocklist()).toEqual([lid]);
    expect((await sandbox.profiles.read(tenantId, ANA)).blocked).toEqual([EVE]);
    expect(await eveSees(ANA)).toMatchObject({ about: null, picture: null, lastSeen: null });
    await sandbox.messages.send(tenantId, EVE, { to: ANA, text: 'can you hear me?' });
    await sandbox.profiles.change(tenantId, ANA, { blocked: [] });
    await ana.seen('the news', () => ana.blocklistUpdates.find(({ blocklist, type }) => type === 'remove' && blocklist[0] === lid));
    await sandbox.messages.send(tenantId, EVE, { to: ANA, text: 'and now?' });
    await ana.message('and now?');
    expect(ana.texts).not.toContain('can you hear me?');
  });
});

/** Eight by eight pixels; Baileys makes a JPEG of it. */
const PNG = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAgAAAAICAIAAABLbSncAAAACXBIWXMAAAPoAAAD6AG1e1JrAAAAEUlEQVQImWMQqTiBFTEMLQkACbdVAd7qLd4AAAAASUVORK5CYII=',
  'base64',
);
