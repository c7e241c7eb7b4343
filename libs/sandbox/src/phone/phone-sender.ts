import { Injectable } from '@nestjs/common';
import type { TenantId } from '#libs/contracts';
import { Database, type TenantTx } from '#libs/platform';
import { type Account, numberJid } from '../protocol/addresses.js';
import { newStanzaId } from '../protocol/stanza.js';
import { BadMessage } from '../sandbox.errors.js';
import { PostOffice } from '../server/post-office.js';
import type { PhoneMessage } from '../store/phone-messages.repository.js';
import { Chats } from './chats.js';
import { composeMessage } from './compose-message.js';
import { type Letter, postLetter } from './letter.js';
import { entryOf } from './letter-entry.js';
import { PhoneScreen } from './phone-screen.js';
import { Phones } from './phones.js';
import { subjectOf, type Utterance } from './utterance.js';
import { type Scene, writeMessage } from './write-message.js';

/** What a person writes on a simulated phone. */
@Injectable()
export class PhoneSender {
  constructor(
    private readonly database: Database,
    private readonly phones: Phones,
    private readonly chats: Chats,
    private readonly screen: PhoneScreen,
    private readonly office: PostOffice,
  ) {}

  /**
   * To every device of everybody in the chat, the phone's own linked devices among them. `to`: a number, or the JID of a person or a group.
   * @throws PhoneNotFound, RecipientUnknown, BadMessage, GroupNotFound, NotInGroup, NotAllowedInGroup
   */
  send(tenantId: TenantId, from: string, to: string, utterance: Utterance): Promise<PhoneMessage> {
    return this.phones.use(tenantId, from, async (phone) => {
      const scene = await this.database.forTenant(tenantId, (tx) => this.look(tx, phone.account, to, utterance));
      const letter = letterFor(scene, utterance);
      const composed = await composeMessage(phone, letter);
      return this.database.forTenant(tenantId, async (tx) => {
        await phone.save(tx);
        const shown = await this.screen.show(tx, from, entryOf(phone.account, letter));
        await this.office.deliver(tx, phone.account, postLetter(phone.account, letter, composed));
        return shown;
      });
    });
  }

  private async look(tx: TenantTx, writer: Account, to: string, utterance: Utterance): Promise<Scene> {
    const chat = await this.chats.open(tx, writer, to);
    const about = subjectOf(utterance);
    const subject = about && (await this.screen.find(tx, writer.number, chat.jid, about.id));
    if (about && !subject) throw new BadMessage(about.pointer, 'must be on the phone’s screen, in this chat');
    return { writer: numberJid(writer), chat, subject };
  }
}

function letterFor(scene: Scene, utterance: Utterance): Letter {
  const { jid, recipients } = scene.chat;
  return { id: newStanzaId('3A'), to: jid, recipients, message: writeMessage(utterance, scene, Date.now()) };
}
