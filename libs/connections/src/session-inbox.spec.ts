import { idFrom, MessageArchive, type SeenMessage } from '#libs/contracts';
import type { WAMessage } from '@whiskeysockets/baileys';
import { SessionInbox } from './session-inbox.js';

const ANA = '5511999990001@s.whatsapp.net';
const OWN = { tenantId: idFrom('ten', '01890a5d-ac96-774b-bcce-b302099a8057'), instanceId: idFrom('ins', '01890a5d-ac96-774b-bcce-b302099a8058') };
const AWAY = Object.assign(new Error('Connection terminated unexpectedly'), { code: '57P01' });

const message = (id: string, content: WAMessage['message'] = { conversation: id }): WAMessage => ({ key: { remoteJid: ANA, id, fromMe: false }, message: content, messageTimestamp: 1 }) as WAMessage;

/** Fails with what it is given, once each. */
class FailingArchive extends MessageArchive {
  readonly kept: string[] = [];
  tries = 0;

  constructor(private readonly failures: Error[]) {
    super();
  }

  keep(_tenant: unknown, _instance: unknown, messages: SeenMessage[]): Promise<void> {
    this.tries++;
    const failure = this.failures.shift();
    if (failure) return Promise.reject(failure);
    this.kept.push(...messages.map(({ whatsappId }) => whatsappId));
    return Promise.resolve();
  }

  isKept(_tenant: unknown, _instance: unknown, chat: string, id: string): Promise<boolean> {
    return Promise.resolve(chat === ANA && this.kept.includes(id));
  }

  original(): Promise<null> {
    return Promise.resolve(null);
  }
}

const inboxOf = (archive: MessageArchive) => new SessionInbox(OWN, archive, (jid) => Promise.resolve(jid));

describe('what a session receives', () => {
  it('is held for as long as the database is away', async () => {
    const archive = new FailingArchive(Array.from({ length: 6 }, () => AWAY));
    expect(await inboxOf(archive).keep([message('A')], false)).toBe(1);
    expect(archive.kept).toEqual(['A']);
  }, 10_000);

  it('is given up when the database is there and refuses it again and again', async () => {
    const archive = new FailingArchive(Array.from({ length: 9 }, () => new Error('no such column')));
    await expect(inboxOf(archive).keep([message('A')], false)).rejects.toThrow('no such column');
    expect(archive.tries).toBe(5);
  }, 10_000);

  it('is kept once when it is opened, and not again when Baileys tells of it', async () => {
    const archive = new FailingArchive([]);
    const inbox = inboxOf(archive);
    await inbox.keep([message('A')], true);
    expect(await inbox.keep([message('A'), message('B')], false)).toBe(2);
    expect(archive.kept).toEqual(['A', 'B']);
  });

  it('is kept when Baileys alone tells of it, if it carries what a person wrote', async () => {
    const archive = new FailingArchive([]);
    expect(await inboxOf(archive).keep([message('A'), message('B', { protocolMessage: {} })], false)).toBe(1);
    expect(archive.kept).toEqual(['A']);
  });

  it('is known again when it comes again', async () => {
    const archive = new FailingArchive([]);
    const inbox = inboxOf(archive);
    await inbox.keep([message('A')], true);
    expect([await inbox.isKept(message('A')), await inbox.isKept(message('B'))]).toEqual([true, false]);
  });
});
