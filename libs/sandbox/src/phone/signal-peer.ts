import type { SignalRepositoryWithLIDStore } from '@whiskeysockets/baileys';
import {
  addTransactionCapability,
  DEFAULT_CONNECTION_CONFIG,
  encodeWAMessage,
  generateSignalPubKey,
  proto,
  unpadRandomMax16,
} from '../protocol/baileys.js';
import type { DeviceKeys } from '../protocol/registration.js';
import { bytesOf, stanza, type Stanza } from '../protocol/stanza.js';
import type { PreKey } from '../store/pre-keys.repository.js';
import type { PhoneCredentials } from './credentials.js';
import type { PhoneKeys } from './phone-keys.js';
import { SILENT } from './silent-logger.js';

/** The public keys by which a session with a device is opened. */
export interface KeyBundle {
  keys: DeviceKeys;
  /** null when the device has none left */
  preKey: PreKey | null;
}

/** What stands on a ciphertext: how often it has been asked for again, and marks of its kind. */
export interface EncAttributes {
  count?: number;
  mediatype?: string;
  'decrypt-fail'?: string;
}

export interface ForGroup {
  enc: Stanza;
  /** a message that carries the sender's key, for those who do not have it */
  key: proto.IMessage;
}

/** A phone's end of Signal: real sessions, by the same code as the clients'. Peers are named by their LID JID. */
export class SignalPeer {
  private readonly repository: SignalRepositoryWithLIDStore;

  constructor(
    credentials: PhoneCredentials,
    private readonly keys: PhoneKeys,
  ) {
    const store = addTransactionCapability(keys, SILENT, { maxCommitRetries: 1, delayBetweenTriesMs: 1 });
    this.repository = DEFAULT_CONNECTION_CONFIG.makeSignalRepository({ creds: credentials, keys: store }, SILENT, () => Promise.resolve([]));
  }

  /** All at once, for the questions that follow. */
  async readSessions(jids: string[]): Promise<void> {
    await this.keys.get('session', jids.map((jid) => this.repository.jidToSignalProtocolAddress(jid)));
  }

  async hasSession(jid: string): Promise<boolean> {
    return (await this.repository.validateSession(jid)).exists;
  }

  async openSession(jid: string, { keys, preKey }: KeyBundle): Promise<void> {
    const { id, key, signature } = keys.signedPreKey;
    const session = {
      registrationId: keys.registrationId,
      identityKey: generateSignalPubKey(keys.identityKey),
      signedPreKey: { keyId: id, publicKey: generateSignalPubKey(key), signature },
      ...(preKey && { preKey: { keyId: preKey.id, publicKey: generateSignalPubKey(preKey.key) } }),
    };
    await this.repository.injectE2ESession({ jid, session });
  }

  forgetSession(jid: string): Promise<void> {
    return this.repository.deleteSession([jid]);
  }

  /** The `<enc>` of a message for one device. There must be a session. */
  async encrypt(jid: string, message: proto.IMessage, attributes: EncAttributes = {}): Promise<Stanza> {
    const { type, ciphertext } = await this.repository.encryptMessage({ jid, data: encodeWAMessage(message) });
    return stanza('enc', { v: 2, type, ...attributes }, Buffer.from(ciphertext));
  }

  /** @throws when the session does not fit: the sender has to be asked to encrypt again */
  async decrypt(jid: string, enc: Stanza): Promise<proto.Message> {
    const { type } = enc.attrs;
    if (type !== 'pkmsg' && type !== 'msg') throw new Error('not a message between two devices');
    const padded = await this.repository.decryptMessage({ jid, type, ciphertext: bytesOf(enc) });
    const message = proto.Message.decode(unpadRandomMax16(padded));
    const { senderKeyDistributionMessage: item } = message;
    if (item) await this.repository.processSenderKeyDistributionMessage({ item, authorJid: jid });
    return message;
  }

  /** The `<enc>` of a message for everybody in a group, and what a device needs to read this and all that follow. */
  async encryptForGroup(group: string, me: string, message: proto.IMessage, attributes: EncAttributes = {}): Promise<ForGroup> {
    const sealed = await this.repository.encryptGroupMessage({ group, meId: me, data: encodeWAMessage(message) });
    const enc = stanza('enc', { v: 2, type: 'skmsg', ...attributes }, Buffer.from(sealed.ciphertext));
    return { enc, key: { senderKeyDistributionMessage: { groupId: group, axolotlSenderKeyDistributionMessage: sealed.senderKeyDistributionMessage } } };
  }

  /** The message that carries a phone's own key for a group. */
  async groupKey(group: string, me: string): Promise<proto.IMessage> {
    const key = await this.repository.getSenderKeyDistributionMessage({ group, meId: me });
    return { senderKeyDistributionMessage: { groupId: group, axolotlSenderKeyDistributionMessage: key } };
  }

  /** Under which a sender's key for a group is kept. */
  senderKeyName(group: string, sender: string): string {
    return `${group}::${this.repository.jidToSignalProtocolAddress(sender).replace('.', '::')}`;
  }

  /** @throws when the sender's key is not there, or not any more: the sender has to be asked for it */
  async decryptFromGroup(group: string, author: string, enc: Stanza): Promise<proto.Message> {
    const padded = await this.repository.decryptGroupMessage({ group, authorJid: author, msg: bytesOf(enc) });
    return proto.Message.decode(unpadRandomMax16(padded));
  }

  close(): void {
    this.repository.close?.();
  }
}
