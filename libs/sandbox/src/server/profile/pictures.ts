import { randomInt } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { TenantId } from '#libs/contracts';
import type { TenantTx } from '#libs/platform';
import { type Account, lidJid } from '../../protocol/addresses.js';
import { stanza } from '../../protocol/stanza.js';
import { PicturesRepository } from '../../store/pictures.repository.js';
import { groupJid } from '../groups/group.js';
import { assertMay } from '../groups/group-rules.js';
import { Groups } from '../groups/groups.js';
import { MediaAddresses } from '../media/media-addresses.js';
import { ProfileNews } from './profile-news.js';

/** Pictures of accounts and of groups. Every change is one transaction, told to those who see it as its last step. */
@Injectable()
export class Pictures {
  constructor(
    private readonly pictures: PicturesRepository,
    private readonly groups: Groups,
    private readonly addresses: MediaAddresses,
    private readonly news: ProfileNews,
  ) {}

  /** Null takes the picture away. Returns the id of the new one. */
  async setOwn(tx: TenantTx, account: Account, image: Buffer | null): Promise<string | null> {
    const id = await this.replace(tx, account.number, image);
    await this.news.tellContacts(tx, account, 'picture', id ? stanza('set', { jid: lidJid(account), id }) : stanza('delete', { jid: lidJid(account) }));
    return id;
  }

  /** The same for a group. @throws GroupNotFound, NotInGroup, NotAllowedInGroup */
  async setOfGroup(tx: TenantTx, actor: Account, groupId: string, image: Buffer | null): Promise<string | null> {
    const group = await this.groups.read(tx, actor, groupId);
    assertMay(actor, 'describe', group);
    const id = await this.replace(tx, groupId, image);
    const author = lidJid(actor);
    await this.news.tell(tx, group.members.map(({ number }) => number), groupJid(group), 'picture', id ? stanza('set', { id, author }) : stanza('delete', { author }));
    return id;
  }

  /** `owner`: a number, or the id of a group. Null when there is none. */
  async pathOf(tx: TenantTx, owner: string): Promise<{ id: string; path: string } | null> {
    const id = await this.pictures.idOf(tx, owner);
    return id === null ? null : { id, path: await this.path(tx.tenantId, id) };
  }

  private path(tenantId: TenantId, id: string): Promise<string> {
    return this.addresses.pathOf({ shelf: 'pps', tenantId, id });
  }

  private async replace(tx: TenantTx, owner: string, image: Buffer | null): Promise<string | null> {
    if (!image) {
      await this.pictures.remove(tx, owner);
      return null;
    }
    const id = String(Date.now()) + String(randomInt(10 ** 6)).padStart(6, '0');
    await this.pictures.put(tx, owner, id, image);
    return id;
  }
}
