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
