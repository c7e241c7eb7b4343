import { createTestDatabase, type TestDatabase, until } from '#libs/testing';
import type { PhoneMessageDto } from './control/phone-message.dto.js';
import { NotAllowedInGroup, NotInGroup } from './group.errors.js';
import { linkedMemory, pairedClient } from './testing/pair.js';
import { silenceConsole } from './testing/silence-console.js';
import { TestClient } from './testing/test-client.js';
import { TestSandbox } from './testing/test-sandbox.js';

silenceConsole();

const [ANA, BOB, EVE, TOM] = ['5511999990001', '5511999990002', '5511999990003', '5511999990004'] as const;
const jid = (number: string) => `${number}@s.whatsapp.net`;
const REMOVED = 403;

describe('groups', () => {
  let database: TestDatabase;
  let sandbox: TestSandbox;
  let tenantId: ReturnType<TestSandbox['tenant']>;
  let ana: TestClient;
  let bob: TestClient;

  beforeAll(async () => {
    database = await createTestDatabase();
    sandbox = await TestSandbox.start(database);
    tenantId = sandbox.tenant();
    ana = await pairedClient(sandbox, tenantId, ANA);
    bob = await pairedClient(sandbox, tenantId, BOB);
    for (const [number, name] of [[EVE, 'Eve'], [TOM, 'Tom']] as const) await sandbox.phones.create(tenantId, number, name);
  });

  afterAll(async () => {
    for (const client of [ana, bob]) client.end();
    await sandbox.stop();
    await database.drop();
  });

  const anasGroup = async (...members: string[]) => (await ana.raw.groupCreate('Friends', members.map(jid))).id;
  const evesGroup = async (...members: string[]) => (await sandbox.groups.create(tenantId, EVE, { subject: 'Eve’s', members })).id;
  const groupId = (group: string) => group.replace('@g.us', '');
  const evesView = (group: string) => sandbox.groups.read(tenantId, EVE, groupId(group));
  const rolesIn = (metadata: { participants: { phoneNumber?: string; admin?: string | null }[] }): Record<string, string> =>
    Object.fromEntries(metadata.participants.map(({ phoneNumber, admin }) => [phoneNumber ?? '', admin ?? 'member']));
  const news = (client: TestClient, name: string, what: object) =>
    client.seen(`${name} ${JSON.stringify(what)}`, () => client.groupEvents.find((event) => event.name === name && contains(event.what, what)));
  const shown = (number: string, text: string, isAsWanted: (message: PhoneMessageDto) => boolean = () => true) =>
    until(`${text} on the screen of ${number}`, async () => (await sandbox.screenOf(tenantId, number)).find((message) => message.text === text && isAsWanted(message)));

  describe('are kept', () => {
    it('when an instance makes one: it and everybody in it can read it', async () => {
      const made = await ana.raw.groupCreate('Friends', [jid(BOB), jid(EVE)]);
      expect(made).toMatchObject({ subject: 'Friends', ownerPn: jid(ANA), addressingMode: 'lid', size: 3, announce: false, restrict: false, memberAddMode: true });
      expect(rolesIn(made)).toEqual({ [jid(ANA)]: 'superadmin', [jid(BOB)]: 'member', [jid(EVE)]: 'member' });
      expect(rolesIn(await bob.raw.groupMetadata(made.id))).toEqual(rolesIn(made));
      expect(await evesView(made.id)).toMatchObject({ subject: 'Friends', owner: ANA, members: expect.arrayContaining([expect.objectContaining({ number: EVE, role: 'member' })]) });
      await news(bob, 'groups.upsert', [{ id: made.id, subject: 'Friends' }]);
    });

    it('when a phone makes one: the instances in it are told and list it', async () => {
      const group = `${await evesGroup(ANA)}@g.us`;
      await news(ana, 'groups.upsert', [{ id: group, subject: 'Eve’s', authorPn: jid(EVE) }]);
      expect((await ana.raw.groupFetchAllParticipating())[group]).toMatchObject({ subject: 'Eve’s', ownerPn: jid(EVE) });
      expect(Object.keys(await bob.raw.groupFetchAllParticipating())).not.toContain(group);
    });

    it('to their members: nobody else reads, renames or writes to them', async () => {
      const group = `${await evesGroup(TOM)}@g.us`;
      await expect(ana.raw.groupMetadata(group)).rejects.toThrow('not-in-group');
      await expect(ana.raw.groupUpdateSubject(group, 'Mine')).rejects.toThrow('not-in-group');
      await expect(ana.raw.groupMetadata('120363999999999999@g.us')).rejects.toThrow('group-not-found');
      await expect(sandbox.messages.send(tenantId, BOB, { to: group, text: 'hello?' })).rejects.toBeInstanceOf(NotInGroup);
    });

    it('to their tenant', async () => {
      const group = groupId(await anasGroup(EVE));
      const other = sandbox.tenant();
      await sandbox.phones.create(other, EVE, 'Eve');
      expect(await sandbox.groups.list(other, EVE)).toEqual([]);
      await expect(sandbox.groups.read(other, EVE, group)).rejects.toMatchObject({ doc: { code: 'sandbox.group-not-found' } });
    });
  });

  describe('change', () => {
    it('subject and description, and everybody is told', async () => {
      const group = await anasGroup(BOB, EVE);
      await ana.raw.groupUpdateSubject(group, 'Best friends');
      await news(bob, 'groups.update', [{ id: group, subject: 'Best friends', author: (await lidsOf(ANA))[0] }]);
      await sandbox.groups.change(tenantId, EVE, groupId(group), { description: 'Fridays' });
      await news(bob, 'groups.update', [{ id: group, desc: 'Fridays' }]);
      expect(await ana.raw.groupMetadata(group)).toMatchObject({ subject: 'Best friends', subjectOwnerPn: jid(ANA), desc: 'Fridays', descOwnerPn: jid(EVE) });
      await ana.raw.groupUpdateDescription(group);
      expect((await bob.raw.groupMetadata(group)).desc).toBeUndefined();
    });

    it('settings, which admins alone may', async () => {
      const group = await anasGroup(BOB, EVE);
      await expect(bob.raw.groupSettingUpdate(group, 'announcement')).rejects.toThrow('not-allowed-in-group');
      await ana.raw.groupSettingUpdate(group, 'announcement');
      await news(bob, 'groups.update', [{ id: group, announce: true }]);
      await ana.raw.groupSettingUpdate(group, 'locked');
      await ana.raw.groupMemberAddMode(group, 'admin_add');
      await ana.raw.groupJoinApprovalMode(group, 'on');
      await ana.raw.groupToggleEphemeral(group, 86_400);
      expect(await bob.raw.groupMetadata(group)).toMatchObject({ announce: true, restrict: true, memberAddMode: false, joinApprovalMode: true, ephemeralDuration: 86_400 });
      await expect(sandbox.groups.change(tenantId, EVE, groupId(group), { subject: 'Mine' })).rejects.toBeInstanceOf(NotAllowedInGroup);
      await expect(bob.raw.groupParticipantsUpdate(group, [jid(TOM)], 'add')).rejects.toThrow('not-allowed-in-group');
    });

    it('members, one outcome for each, and everybody is told', async () => {
      const group = await anasGroup(BOB);
      const outcomes = await ana.raw.groupParticipantsUpdate(group, [jid(EVE), jid(BOB), jid('5511999990099')], 'add');
      expect(outcomes.map(({ status }) => status)).toEqual(['200', '409', '404']);
      await news(bob, 'group-participants.update', { id: group, action: 'add', participants: [{ phoneNumber: jid(EVE) }] });
      await ana.raw.groupParticipantsUpdate(group, [jid(EVE)], 'promote');
      await news(bob, 'group-participants.update', { id: group, action: 'promote' });
      expect(await sandbox.groups.changeMembers(tenantId, EVE, groupId(group), { action: 'remove', members: [BOB, ANA] })).toEqual([
        { phoneNumber: BOB, status: 200 },
        { phoneNumber: ANA, status: REMOVED },
      ]);
      await news(bob, 'group-participants.update', { id: group, action: 'remove', participants: [{ phoneNumber: jid(BOB) }] });
      expect(rolesIn(await ana.raw.groupMetadata(group))).toEqual({ [jid(ANA)]: 'superadmin', [jid(EVE)]: 'admin' });
    });

    it('hands when the last admin leaves, and are gone when everybody has left', async () => {
      const group = await anasGroup(EVE);
      await ana.raw.groupLeave(group);
      expect((await evesView(group)).members).toMatchObject([{ number: EVE, role: 'superadmin' }]);
      await sandbox.groups.leave(tenantId, EVE, groupId(group));
      await expect(evesView(group)).rejects.toMatchObject({ doc: { code: 'sandbox.group-not-found' } });
    });
  });

  describe('are joined', () => {
    it('by the invite code, until it is replaced', async () => {
      const group = await anasGroup();
      const code = (await ana.raw.groupInviteCode(group))!;
      expect(await bob.raw.groupGetInviteInfo(code)).toMatchObject({ id: group, subject: 'Friends' });
      expect(await bob.raw.groupAcceptInvite(code)).toBe(group);
      await news(ana, 'group-participants.update', { id: group, action: 'add', participants: [{ phoneNumber: jid(BOB) }] });
      const next = await ana.raw.groupRevokeInvite(group);
      await expect(sandbox.groups.join(tenantId, EVE, code)).rejects.toMatchObject({ doc: { code: 'sandbox.group-not-found' } });
      expect((await sandbox.groups.join(tenantId, EVE, next!)).members.map(({ number }) => number)).toEqual([ANA, BOB, EVE]);
      await expect(bob.raw.groupInviteCode(group)).rejects.toThrow('not-allowed-in-group');
    });

    it('after an admin has agreed, where the group wants that', async () => {
      const group = await anasGroup();
      await ana.raw.groupJoinApprovalMode(group, 'on');
      const code = (await ana.raw.groupInviteCode(group))!;
      for (const number of [EVE, TOM]) await sandbox.groups.join(tenantId, number, code);
      await news(ana, 'group.join-request', { id: group, action: 'created', participantPn: jid(EVE) });
      expect((await ana.raw.groupRequestParticipantsList(group)).map(({ phone_number: number }) => number)).toEqual([jid(EVE), jid(TOM)]);
      expect((await ana.raw.groupRequestParticipantsUpdate(group, [jid(EVE)], 'approve')).map(({ status }) => status)).toEqual(['200']);
      await ana.raw.groupRequestParticipantsUpdate(group, [jid(TOM)], 'reject');
      expect(await evesView(group)).toMatchObject({ members: [{ number: ANA }, { number: EVE }], asking: [] });
    });
  });

  describe('pass messages on', () => {
    it('from an instance to everybody, and receipts of each back', async () => {
      const group = await anasGroup(BOB, EVE);
      const { key } = await ana.send(group, { text: 'hello all' });
      expect((await bob.message('hello all')).key).toMatchObject({ remoteJid: group, fromMe: false, participantAlt: expect.stringContaining(ANA) });
      expect(await shown(EVE, 'hello all')).toMatchObject({ chat: group, author: jid(ANA), direction: 'in' });
      expect(await shown(ANA, 'hello all')).toMatchObject({ chat: group, author: jid(ANA), direction: 'out' });
      for (const lid of await lidsOf(BOB, EVE)) {
        await ana.seen(`the receipt of ${lid}`, () => ana.groupReceipts.find((one) => one.key.id === key.id && one.receipt.userJid === lid && one.receipt.receiptTimestamp));
      }
    });

    it('from a phone to everybody, again and again', async () => {
      const group = `${await evesGroup(ANA, BOB, TOM)}@g.us`;
      const { id } = await sandbox.messages.send(tenantId, EVE, { to: group, text: 'one' });
      await sandbox.messages.send(tenantId, EVE, { to: group, text: 'two' });
      for (const client of [ana, bob]) {
        expect(await client.message('one')).toMatchObject({ pushName: 'Eve', key: { remoteJid: group, fromMe: false, id } });
        await client.message('two');
      }
      await bob.raw.readMessages([(await bob.message('one')).key]);
      expect(await shown(EVE, 'one', ({ receipts }) => receipts.length === 3 && receipts.some(({ status }) => status === 'read'))).toMatchObject({
        receipts: expect.arrayContaining([{ from: jid(BOB), status: 'read' }, { from: jid(TOM), status: 'delivered' }]),
      });
      await shown(TOM, 'two');
    });

    it('that answer, react, change and take back', async () => {
      const group = await anasGroup(BOB, EVE);
      const first = await ana.send(group, { text: 'who comes?' });
      await shown(EVE, 'who comes?');
      await sandbox.messages.send(tenantId, EVE, { to: group, text: 'me', quotes: first.key.id! });
      const answer = await bob.message('me');
      const [anasLid] = await lidsOf(ANA);
      expect(answer.message?.extendedTextMessage?.contextInfo).toMatchObject({ stanzaId: first.key.id, participant: anasLid });
      await sandbox.messages.send(tenantId, EVE, { to: group, reaction: { message: first.key.id!, emoji: '👍' } });
      await ana.seen('the reaction', () => ana.reactions.find(({ key, reaction }) => key.id === first.key.id && key.fromMe && reaction.text === '👍'));
      await bob.send(group, { react: { text: '🎉', key: answer.key } });
      await shown(EVE, 'me', ({ reactions }) => reactions.some(({ from, emoji }) => from === jid(BOB) && emoji === '🎉'));
      await ana.send(group, { delete: answer.key });
      await until('Eve’s answer to be gone', async () => (await sandbox.screenOf(tenantId, EVE)).some(({ id, revoked }) => id === answer.key.id && revoked));
    });

    it('that others wrote and no admin wants to be gone stay', async () => {
      const group = `${await evesGroup(ANA)}@g.us`;
      await sandbox.messages.send(tenantId, EVE, { to: group, text: 'stays' });
      const { key } = await ana.message('stays');
      const revoke = await ana.send(group, { delete: key });
      await ana.status(revoke.key.id!, 0);
      expect(await shown(EVE, 'stays')).toMatchObject({ revoked: false });
      await expect(sandbox.messages.send(tenantId, ANA, { to: group, revoke: { message: key.id! } })).rejects.toMatchObject({ doc: { code: 'sandbox.bad-message' } });
    });

    it('of admins only, where only those may write', async () => {
      const group = await anasGroup(BOB, EVE);
      await ana.raw.groupSettingUpdate(group, 'announcement');
      const refused = await bob.send(group, { text: 'may I?' });
      await bob.status(refused.key.id!, 0);
      await expect(sandbox.messages.send(tenantId, EVE, { to: group, text: 'may I?' })).rejects.toBeInstanceOf(NotAllowedInGroup);
      await ana.send(group, { text: 'no' });
      await bob.message('no');
    });

    it('of a phone to who came later, and not to who was removed', async () => {
      const group = `${await evesGroup(ANA)}@g.us`;
      const id = groupId(group);
      await sandbox.messages.send(tenantId, EVE, { to: group, text: 'before Bob' });
      await sandbox.groups.changeMembers(tenantId, EVE, id, { action: 'add', members: [BOB] });
      await sandbox.messages.send(tenantId, EVE, { to: group, text: 'with Bob' });
      await bob.message('with Bob');
      await sandbox.groups.changeMembers(tenantId, EVE, id, { action: 'remove', members: [BOB] });
      await sandbox.messages.send(tenantId, EVE, { to: group, text: 'without Bob' });
      await ana.message('without Bob');
      expect(bob.texts).not.toContain('without Bob');
      expect(bob.texts).not.toContain('before Bob');
    });

    it('that an instance could not read are sent again, by a phone and by an instance', async () => {
      const group = await anasGroup(BOB, EVE);
      await sandbox.messages.send(tenantId, EVE, { to: group, text: 'before the loss' });
      await ana.send(group, { text: 'also before the loss' });
      for (const text of ['before the loss', 'also before the loss']) await bob.message(text);
      bob.memory.keys.delete('sender-key');
      await sandbox.messages.send(tenantId, EVE, { to: group, text: 'after the loss' });
      await bob.message('after the loss');
      await ana.send(group, { text: 'also after the loss' });
      await bob.message('also after the loss');
    });

    it('that a phone could not read are sent again', async () => {
      const group = await anasGroup(BOB, EVE);
      await ana.send(group, { text: 'the first' });
      await shown(EVE, 'the first');
      await sandbox.forgetKeys(tenantId, EVE, 'sender-key');
      await ana.send(group, { text: 'the second' });
      await shown(EVE, 'the second');
    });

    it('to the other devices of who wrote', async () => {
      const group = await anasGroup(EVE);
      const second = await new TestClient(await sandbox.serverOf(tenantId), await linkedMemory(sandbox, tenantId, ANA)).open();
      await second.settled();
      await sandbox.messages.send(tenantId, ANA, { to: group, text: 'typed on the phone' });
      for (const client of [ana, second]) expect((await client.message('typed on the phone')).key).toMatchObject({ remoteJid: group, fromMe: true });
      second.end();
    });
  });

  it('and what is said in them are there after the process ended', async () => {
    const group = await anasGroup(BOB, EVE);
    await sandbox.messages.send(tenantId, EVE, { to: group, text: 'before' });
    await bob.message('before');
    await sandbox.stop();
    sandbox = await TestSandbox.start(database);
    bob = await new TestClient(await sandbox.serverOf(tenantId), bob.memory).open();
    ana = await new TestClient(await sandbox.serverOf(tenantId), ana.memory).open();
    await sandbox.messages.send(tenantId, EVE, { to: group, text: 'after' });
    for (const client of [ana, bob]) await client.message('after');
    await bob.send(group, { text: 'and back' });
    expect(await shown(EVE, 'and back')).toMatchObject({ chat: group });
  });

  async function lidsOf(...numbers: string[]): Promise<string[]> {
    const accounts = await Promise.all(numbers.map((number) => sandbox.phones.create(tenantId, number)));
    return accounts.map(({ account }) => `${account.lid}@lid`);
  }
});

/** Whether a value has these parts, at any depth. */
function contains(value: unknown, part: unknown): boolean {
  if (Array.isArray(part)) return Array.isArray(value) && part.every((one) => value.some((other) => contains(other, one)));
  if (typeof part !== 'object' || part === null) return value === part;
  return typeof value === 'object' && value !== null && Object.entries(part).every(([name, one]) => contains((value as Record<string, unknown>)[name], one));
}
