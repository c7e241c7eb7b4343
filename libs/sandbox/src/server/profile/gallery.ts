import { Injectable } from '@nestjs/common';
import type { TenantTx } from '#libs/platform';
import { type Account, parseJid } from '../../protocol/addresses.js';
import { PictureNotFound } from '../../profile.errors.js';
import { Directory } from '../../store/directory.js';
import { groupIdOf, isGroupJid } from '../groups/group.js';
import { Groups } from '../groups/groups.js';
import { Visibility } from '../presence/visibility.js';
import { Pictures } from './pictures.js';

/** Pictures as others see them. */
@Injectable()
export class Gallery {
  constructor(
    private readonly directory: Directory,
    private readonly groups: Groups,
    private readonly visibility: Visibility,
    private readonly pictures: Pictures,
  ) {}

  /** The picture of a person or group, by JID. @throws PictureNotFound, GroupNotFound, NotInGroup */
  async look(tx: TenantTx, viewer: Account, jid: string): Promise<{ id: string; path: string }> {
    const owner = isGroupJid(jid) ? (await this.groups.read(tx, viewer, groupIdOf(jid))).id : await this.visibleOwner(tx, viewer, jid);
    const picture = owner === null ? null : await this.pictures.pathOf(tx, owner);
    if (!picture) throw new PictureNotFound();
    return picture;
  }

  private async visibleOwner(tx: TenantTx, viewer: Account, jid: string): Promise<string | null> {
    const [account] = await this.directory.byJid(tx, [parseJid(jid) ? jid : undefined]);
    const sight = account && (await this.visibility.of(tx, account.number, viewer.number));
    return sight?.mayKnowPicture ? account!.number : null;
  }
}
