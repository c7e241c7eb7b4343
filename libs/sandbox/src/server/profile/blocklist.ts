import { Injectable } from '@nestjs/common';
import type { TenantTx } from '#libs/platform';
import { type Account, lidJid } from '../../protocol/addresses.js';
import { stanza, type Stanza } from '../../protocol/stanza.js';
import { TooManyBlocked } from '../../profile.errors.js';
import { BlocksRepository } from '../../store/blocks.repository.js';
import { ProfileNews } from './profile-news.js';

const MOST_BLOCKED = 1_000;

/** Whom an account does not want to hear. Its devices are told, as the last step of a transaction. */
@Injectable()
export class Blocklist {
  constructor(
    private readonly blocks: BlocksRepository,
    private readonly news: ProfileNews,
  ) {}

  of(tx: TenantTx, { number }: Account): Promise<Account[]> {
    return this.blocks.of(tx, number);
  }

  /** From now on it is these and nobody else. @throws TooManyBlocked */
  async replace(tx: TenantTx, account: Account, wanted: Account[]): Promise<void> {
    if (wanted.length > MOST_BLOCKED) throw new TooManyBlocked();
    const before = await this.blocks.of(tx, account.number);
    const added = wanted.filter(({ number }) => before.every((other) => other.number !== number));
    const removed = before.filter(({ number }) => wanted.every((other) => other.number !== number));
    for (const { number } of added) await this.blocks.add(tx, account.number, number);
    for (const { number } of removed) await this.blocks.remove(tx, account.number, number);
    if (added.length + removed.length === 0) return;
    const items = [...added.map((other) => item(other, 'block')), ...removed.map((other) => item(other, 'unblock'))];
    await this.news.tellOwn(tx, account, 'account_sync', stanza('blocklist', {}, items));
  }
}

function item(account: Account, action: 'block' | 'unblock'): Stanza {
  return stanza('item', { jid: lidJid(account), action });
}
