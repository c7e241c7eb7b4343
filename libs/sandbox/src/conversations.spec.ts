import { decryptPollVote, getAggregateVotesInPollMessage, proto, type WAMessage } from '@whiskeysockets/baileys';
import { createTestDatabase, type TestDatabase, until } from '#libs/testing';
import type { PhoneMessageDto } from './control/phone-message.dto.js';
import type { SendPhoneMessageDto } from './control/send-phone-message.dto.js';
import { sealVote } from './protocol/poll-vote.js';
import { pairedClient } from './testing/pair.js';
import { silenceConsole } from './testing/silence-console.js';
import type { TestClient } from './testing/test-client.js';
import { TestSandbox } from './testing/test-sandbox.js';

silenceConsole();

const [ANA, EVE] = ['5511999990001', '5511999990003'] as const;
const [ANA_JID, EVE_JID] = [`${ANA}@s.whatsapp.net`, `${EVE}@s.whatsapp.net`];
const REVOKED = proto.WebMessageInfo.StubType.REVOKE;

describe('what is said between an instance and a phone, beyond plain texts', () => {
  let database: TestDatabase;
  let sandbox: TestSandbox;
  let tenantId: ReturnType<TestSandbox['tenant']>;
  let ana: TestClient;

  beforeAll(async () => {
    database = await createTestDatabase();
    sandbox = await TestSandbox.start(database);
    tenantId = sandbox.tenant();
    ana = await pairedClient(sandbox, tenantId, ANA);
    await sandbox.phones.create(tenantId, EVE, 'Eve');
  });

  afterAll(async () => {
    ana.end();
    await sandbox.stop();
    await database.drop();
  });

  const eveSays = (request: Omit<SendPhoneMessageDto, 'to'>) => sandbox.messages.send(tenantId, EVE, { to: ANA, ...request });
  /** The entry on a screen once it is as wanted. */
  const shown = (number: string, id: string, isAsWanted: (message: PhoneMessageDto) => boolean = () => true) =>
    until(`${id} on the screen of ${number}`, async () => (await sandbox.screenOf(tenantId, number)).find((message) => message.id === id && isAsWanted(message)));
  /** A text of either side, known to both. */
  const eveText = async (text: string) => {
    const { id } = await eveSays({ text });
    return { id, message: await ana.message(text) };
  };
  const anaText = async (text: string) => {
    const message = await ana.send(EVE, { text });
    await shown(EVE, message.key.id!);
    return { id: message.key.id!, message };
  };

  describe('by the instance', () => {
    it('a reply shows what it answers', async () => {
      const { id, message } = await eveText('what do you think?');
      const reply = await ana.send(EVE, { text: 'of what?' }, { quoted: message });
      expect(await shown(EVE, reply.key.id!)).toMatchObject({ text: 'of what?', refersTo: id, author: ANA_JID, kind: 'extendedTextMessage' });
    });

    it('a reaction shows on its message, until it is taken back', async () => {
      const { id, message } = await eveText('react to this');
      await ana.send(EVE, { react: { text: '🎉', key: message.key } });
      expect((await shown(EVE, id, ({ reactions }) => reactions.length > 0)).reactions).toEqual([{ from: ANA_JID, emoji: '🎉' }]);
      const back = await ana.send(EVE, { react: { text: '', key: message.key } });
      await shown(EVE, id, ({ reactions }) => reactions.length === 0);
      expect(await shown(EVE, back.key.id!)).toMatchObject({ kind: 'reactionMessage', text: null, refersTo: id });
    });

    it('an edit changes what its message says, on both phones', async () => {
      const { id, message } = await anaText('helo');
      await ana.send(EVE, { text: 'hello', edit: message.key });
      for (const number of [EVE, ANA]) expect(await shown(number, id, ({ edited }) => edited)).toMatchObject({ text: 'hello' });
    });

    it('a message that is deleted for everyone is gone', async () => {
      const { id, message } = await anaText('oh no');
      await ana.send(EVE, { delete: message.key });
      for (const number of [EVE, ANA]) expect(await shown(number, id, ({ revoked }) => revoked)).toMatchObject({ text: null });
    });

    it('cannot change or delete what somebody else wrote', async () => {
      const { id, message } = await eveText('mine');
      const edit = await ana.send(EVE, { text: 'yours', edit: message.key });
      const revoke = await ana.send(EVE, { delete: message.key });
      for (const attempt of [edit, revoke]) await shown(EVE, attempt.key.id!);
      expect(await shown(EVE, id)).toMatchObject({ text: 'mine', edited: false, revoked: false });
    });

    it('a poll can be voted in on the phone, and the instance can count the votes', async () => {
      const poll = await ana.send(EVE, { poll: { name: 'Lunch?', values: ['Pizza', 'Salad'], selectableCount: 1 } });
      const pollId = poll.key.id!;
      expect(await shown(EVE, pollId)).toMatchObject({ text: 'Lunch?', poll: { choices: 1, options: [{ name: 'Pizza', voters: [] }, { name: 'Salad' }] } });
      const vote = await eveSays({ vote: { poll: pollId, options: ['Salad'] } });
      expect(vote).toMatchObject({ kind: 'pollUpdateMessage', text: 'Salad', refersTo: pollId });
      const counted = await received(vote.id);
      expect(votersOf(poll, counted, 'Salad')).toEqual([counted.key.remoteJidAlt]);
      const [anas, eves] = [await shown(ANA, pollId, hasVotes), await shown(EVE, pollId, hasVotes)];
      for (const { poll: result } of [anas, eves]) expect(result?.options).toEqual([{ name: 'Pizza', voters: [] }, { name: 'Salad', voters: [EVE_JID] }]);
    });
  });

  describe('by the phone', () => {
    it('a reply quotes what it answers', async () => {
      const { id } = await anaText('question');
      await eveSays({ text: 'answer', quotes: id });
      const { message } = await ana.message('answer');
      expect(message?.extendedTextMessage?.contextInfo).toMatchObject({ stanzaId: id, participant: ANA_JID, quotedMessage: { extendedTextMessage: { text: 'question' } } });
    });

    it('a reaction reaches the instance as one to its own message', async () => {
      const { id } = await anaText('like it?');
      await eveSays({ reaction: { message: id, emoji: '👍' } });
      const { key, reaction } = await ana.seen('the reaction', () => ana.reactions.find(({ reaction: seen }) => seen.text === '👍'));
      expect(key).toMatchObject({ id, fromMe: true, remoteJid: EVE_JID });
      expect(reaction.key).toMatchObject({ fromMe: false, remoteJid: EVE_JID });
      expect((await shown(EVE, id)).reactions).toEqual([{ from: EVE_JID, emoji: '👍' }]);
    });

    it('an edit reaches the instance as an update of the message', async () => {
      const { id } = await eveText('fist');
      await eveSays({ edit: { message: id, text: 'first' } });
      const { update } = await ana.seen('the edit', () => ana.updates.find((one) => one.key.id === id && one.update.message?.editedMessage));
      expect(update.message?.editedMessage?.message?.conversation).toBe('first');
      expect(await shown(EVE, id)).toMatchObject({ text: 'first', edited: true });
    });

    it('a message that is deleted for everyone is reported as such', async () => {
      const { id } = await eveText('forget it');
      await eveSays({ revoke: { message: id } });
      const { update } = await ana.seen('the revocation', () => ana.updates.find((one) => one.key.id === id && one.update.messageStubType === REVOKED));
      expect(update.message).toBeNull();
      expect(await shown(EVE, id)).toMatchObject({ text: null, revoked: true });
    });

    it('a poll can be voted in by the instance, which changes its mind', async () => {
      const { id } = await eveSays({ poll: { question: 'When?', options: ['Today', 'Tomorrow', 'Never'], choices: 0 } });
      const poll = await received(id);
      expect(poll.message?.pollCreationMessage).toMatchObject({ name: 'When?', selectableOptionsCount: 0 });
      await anaVotes(poll, ['Today', 'Tomorrow']);
      await shown(EVE, id, (message) => message.poll!.options.every(({ name, voters }) => voters.includes(ANA_JID) === (name !== 'Never')));
      await anaVotes(poll, []);
      await shown(EVE, id, (message) => !hasVotes(message));
    });

    it('a correction is asked for again like any other message, when the instance has lost its session', async () => {
      const { id } = await eveText('before the loss');
      await anaText('so that there is a session both ways');
      ana.memory.keys.delete('session');
      await eveSays({ edit: { message: id, text: 'after the loss' } });
      await ana.seen('the edit', () => ana.updates.find((one) => one.key.id === id && one.update.message?.editedMessage));
    });
  });

  describe('is refused by the phone', () => {
    let mine: string;
    let hers: string;
    let poll: string;
    let gone: string;

    beforeAll(async () => {
      mine = (await eveSays({ text: 'mine' })).id;
      hers = (await anaText('hers')).id;
      poll = (await eveSays({ poll: { question: '?', options: ['a', 'b'] } })).id;
      gone = (await eveSays({ text: 'gone' })).id;
      await eveSays({ revoke: { message: gone } });
    });

    it.each<[string, () => Omit<SendPhoneMessageDto, 'to'>, string]>([
      ['answers nothing it shows', () => ({ text: 'x', quotes: 'NONE' }), '/quotes'],
      ['reacts to nothing it shows', () => ({ reaction: { message: 'NONE', emoji: '👍' } }), '/reaction/message'],
      ['reacts to what is gone', () => ({ reaction: { message: gone, emoji: '👍' } }), '/reaction/message'],
      ['edits what somebody else wrote', () => ({ edit: { message: hers, text: 'x' } }), '/edit/message'],
      ['edits a poll', () => ({ edit: { message: poll, text: 'x' } }), '/edit/message'],
      ['deletes what somebody else wrote', () => ({ revoke: { message: hers } }), '/revoke/message'],
      ['votes in what is no poll', () => ({ vote: { poll: mine, options: ['a'] } }), '/vote/poll'],
      ['votes for what is no option', () => ({ vote: { poll, options: ['c'] } }), '/vote/options'],
      ['votes for more than it may', () => ({ vote: { poll, options: ['a', 'b'] } }), '/vote/options'],
    ])('when it %s', async (_what, request, pointer) => {
      await expect(eveSays(request())).rejects.toMatchObject({ doc: { code: 'sandbox.bad-message' }, extensions: { errors: [{ pointer }] } });
    });
  });

  const received = (id: string) => ana.seen(`message ${id}`, () => ana.received.find(({ key }) => key.id === id));

  async function anaVotes(poll: WAMessage, options: string[]): Promise<void> {
    const secret = poll.message!.messageContextInfo!.messageSecret!;
    const vote = sealVote({ pollId: poll.key.id!, creator: EVE_JID, voter: ANA_JID, secret }, options);
    await ana.raw.relayMessage(EVE_JID, { pollUpdateMessage: { pollCreationMessageKey: poll.key, vote, senderTimestampMs: Date.now() } }, {});
  }
});

const hasVotes = ({ poll }: PhoneMessageDto): boolean => poll!.options.some(({ voters }) => voters.length > 0);

/** As an application of Baileys counts: with the secret of the poll that it sent. */
function votersOf(poll: WAMessage, vote: WAMessage, option: string): string[] {
  const update = vote.message!.pollUpdateMessage!;
  const pollEncKey = poll.message!.messageContextInfo!.messageSecret!;
  const opened = decryptPollVote(update.vote!, { pollMsgId: poll.key.id!, pollCreatorJid: ANA_JID, voterJid: vote.key.remoteJid!, pollEncKey });
  const pollUpdates: proto.IPollUpdate[] = [{ pollUpdateMessageKey: vote.key, vote: opened }];
  const counted = getAggregateVotesInPollMessage({ message: poll.message, pollUpdates });
  return counted.find(({ name }) => name === option)!.voters;
}
