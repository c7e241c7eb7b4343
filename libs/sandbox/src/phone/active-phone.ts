import type { TenantTx } from '#libs/platform';
import type { proto } from '@whiskeysockets/baileys';
import { type Account, lidJid } from '../protocol/addresses.js';
import type { Stanza } from '../protocol/stanza.js';
import type { Device } from '../store/devices.repository.js';
import type { Member } from '../store/directory.js';
import type { PhoneInside } from '../store/phones.repository.js';
import type { PhoneKeys } from './phone-keys.js';
import { type EncAttributes, type KeyBundle, SignalPeer } from './signal-peer.js';

/** What a phone in use needs of the world. */
export interface PhoneGround {
  bundleOf(device: Device): Promise<KeyBundle>;
  /** @throws when the phone is not at that revision any more */
  save(tx: TenantTx, revision: number): Promise<void>;
}

/** A phone in use. What it does to its sessions is stored by `save`, in the transaction of what it did it for. */
export class ActivePhone {
  readonly account: Account;
  private readonly peer: SignalPeer;
  private revision: number;

  constructor(
    { account, credentials, revision }: PhoneInside,
    private readonly keys: PhoneKeys,
    private readonly ground: PhoneGround,
  ) {
    this.account = account;
    this.revision = revision;
    this.peer = new SignalPeer(credentials, keys);
  }

  /** Opens a session with each device that it has none with. */
  async meet(recipients: Member[]): Promise<void> {
    await this.peer.readSessions(recipients.map(jidOf));
    for (const recipient of recipients) {
      if (await this.peer.hasSession(jidOf(recipient))) continue;
      this.keys.assertRead();
      await this.peer.openSession(jidOf(recipient), await this.ground.bundleOf(recipient.device));
    }
  }

  /** The `<enc>` for one device, which it must have met. `count`: how often it has been asked for again. */
  encryptFor(recipient: Member, message: proto.IMessage, attributes: EncAttributes = {}): Promise<Stanza> {
    return this.peer.encrypt(jidOf(recipient), message, attributes);
  }

  /** @throws when the session does not fit */
  decryptFrom(sender: Account, device: number, enc: Stanza): Promise<proto.Message> {
    return this.peer.decrypt(lidJid(sender, device), enc);
  }

  /** @throws when the sender's key for the group is not there */
  decryptFromGroup(group: string, sender: Account, device: number, enc: Stanza): Promise<proto.Message> {
    return this.peer.decryptFromGroup(group, lidJid(sender, device), enc);
  }

  /**
   * The `<enc>` for a whole group, and for those who cannot read it yet the message that carries the key. A key that somebody has who is
   * not in the group any more is thrown away first.
   */
  async encryptForGroup(group: string, recipients: Member[], message: proto.IMessage, attributes: EncAttributes = {}): Promise<{ enc: Stanza; key: proto.IMessage; lacking: Member[] }> {
    const me = lidJid(this.account);
    const holders = await this.holders(group, recipients, me);
    const sealed = await this.peer.encryptForGroup(group, me, message, attributes);
    this.keys.set({ 'sender-key-memory': { [group]: Object.fromEntries(recipients.map((recipient) => [jidOf(recipient), true])) } });
    return { ...sealed, lacking: recipients.filter((recipient) => !holders.has(jidOf(recipient))) };
  }

  /** The message that carries this phone's key for a group. */
  groupKey(group: string): Promise<proto.IMessage> {
    return this.peer.groupKey(group, lidJid(this.account));
  }

  /** Who has this phone's key for a group, as far as it knows. */
  private async holders(group: string, recipients: Member[], me: string): Promise<Set<string>> {
    const { [group]: known = {} } = await this.keys.get('sender-key-memory', [group]);
    this.keys.assertRead();
    const present = new Set(recipients.map(jidOf));
    const holders = Object.keys(known);
    if (holders.every((jid) => present.has(jid))) return new Set(holders);
    this.keys.set({ 'sender-key': { [this.peer.senderKeyName(group, me)]: null } });
    return new Set();
  }

  forgetSession(member: Member): Promise<void> {
    return this.peer.forgetSession(jidOf(member));
  }

  /** Nothing happened. @throws when a key could not be read: what looks like a broken session is not one then */
  undo(): void {
    this.keys.assertRead();
    this.keys.discard();
  }

  /** Once per transaction. @throws PhoneInUse */
  async save(tx: TenantTx): Promise<void> {
    await this.ground.save(tx, this.revision);
    tx.afterCommit(() => {
      this.revision++;
      this.keys.settle();
    });
  }

  close(): void {
    this.peer.close();
  }
}

function jidOf({ account, device }: Member): string {
  return lidJid(account, device.device);
}
