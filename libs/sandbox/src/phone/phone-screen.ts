import { Injectable } from '@nestjs/common';
import type { TenantTx } from '#libs/platform';
import { type Account, lidJid, numberJid, parseJid } from '../protocol/addresses.js';
import { proto } from '../protocol/baileys.js';
import { openVote } from '../protocol/poll-vote.js';
import { Directory } from '../store/directory.js';
import { MessageChangesRepository, type MessagePlace } from '../store/message-changes.repository.js';
import { type KeptMessage, type NewPhoneMessage, type PhoneMessage, PhoneMessagesRepository } from '../store/phone-messages.repository.js';
import type { Change } from './describe-message.js';

/** Something that was said, by whoever. */
export interface Entry extends NewPhoneMessage {
  change: Change | null;
  /** it takes back what somebody else wrote, and the server let it pass */
  byAdmin: boolean;
}

/** What a phone shows: every message as it came, and on each what later ones did to it. */
@Injectable()
export class PhoneScreen {
  constructor(
    private readonly directory: Directory,
    private readonly messages: PhoneMessagesRepository,
    private readonly changes: MessageChangesRepository,
  ) {}

  /** A message that the phone shows in a chat. */
  find(tx: TenantTx, number: string, chat: string, id: string): Promise<KeptMessage | null> {
    return this.messages.find(tx, number, chat, id);
  }

  async show(tx: TenantTx, number: string, { change, byAdmin, ...entry }: Entry): Promise<PhoneMessage> {
    const message = { ...entry, chat: await this.byNumber(tx, entry.chat) };
    const place = message.refersTo === null ? null : { number, chat: message.chat, id: message.refersTo };
    if (byAdmin && place) await this.changes.revoke(tx, place, null);
    const text = change && place ? await this.apply(tx, place, message.author, change) : null;
    return this.messages.add(tx, number, { ...message, text: text ?? message.text });
  }

  /** What it comes to in words, where that shows only now. */
  private async apply(tx: TenantTx, place: MessagePlace, author: string, change: Change): Promise<string | null> {
    if (change.what === 'edit') await this.changes.edit(tx, place, author, change.text);
    if (change.what === 'revoke') await this.changes.revoke(tx, place, author);
    if (change.what === 'reaction') await this.changes.react(tx, place, author, change.emoji);
    return change.what === 'vote' ? this.count(tx, place, author, change.vote) : null;
  }

  /** A vote in a poll that the phone does not have, or that it cannot read, counts for nothing. */
  private async count(tx: TenantTx, place: MessagePlace, author: string, vote: proto.Message.IPollEncValue): Promise<string | null> {
    const poll = await this.messages.find(tx, place.number, place.chat, place.id);
    if (!poll?.poll || !poll.original) return null;
    const people = await this.directory.accounts(tx, [poll.author, author].flatMap((jid) => parseJid(jid)?.user ?? []));
    const options = readVote(poll, author, vote, people);
    if (options) await this.changes.vote(tx, place, author, options);
    return options && options.length > 0 ? options.join(', ') : null;
  }

  /** A chat has one name, whichever way a device addressed it. */
  private async byNumber(tx: TenantTx, chat: string): Promise<string> {
    const parsed = parseJid(chat);
    if (!parsed?.isLid) return chat;
    const [account] = await this.directory.accounts(tx, [parsed.user]);
    return account ? numberJid(account) : chat;
  }
}

/** Creator and voter may have been named by number or by LID. */
function readVote({ id, author, poll, original }: KeptMessage, voter: string, vote: proto.Message.IPollEncValue, people: Account[]): string[] | null {
  const secret = proto.Message.decode(original!).messageContextInfo?.messageSecret;
  if (!secret) return null;
  for (const creatorJid of namesOf(author, people)) {
    for (const voterJid of namesOf(voter, people)) {
      try {
        return openVote({ pollId: id, creator: creatorJid, voter: voterJid, secret }, vote, poll!.options);
      } catch {
        continue;
      }
    }
  }
  return null;
}

function namesOf(jid: string, people: Account[]): string[] {
  const account = people.find((person) => numberJid(person) === jid);
  return account ? [numberJid(account), lidJid(account)] : [jid];
}
