import { Injectable } from '@nestjs/common';
import type { TenantId } from '#libs/contracts';
import { Problem, type TenantTx } from '#libs/platform';
import { type Account, numberJid } from '../protocol/addresses.js';
import { MediaServer } from '../server/media/media-server.js';
import { Gallery } from '../server/profile/gallery.js';
import { Pictures } from '../server/profile/pictures.js';
import { groupJid } from '../server/groups/group.js';
import { ActingPhone } from './acting-phone.js';
import type { PictureDto } from './profile.dto.js';

/** Pictures as people set and see them on phones. */
@Injectable()
export class PicturesService {
  constructor(
    private readonly phone: ActingPhone,
    private readonly pictures: Pictures,
    private readonly gallery: Gallery,
    private readonly server: MediaServer,
  ) {}

  /** @throws PhoneNotFound */
  setOwn(tenantId: TenantId, number: string, image: Buffer): Promise<PictureDto> {
    return this.phone.use(tenantId, number, async (tx, account) => {
      await this.pictures.setOwn(tx, account, image);
      return { url: this.address(await this.gallery.look(tx, account, numberJid(account))) };
    });
  }

  /** @throws PhoneNotFound */
  async removeOwn(tenantId: TenantId, number: string): Promise<void> {
    await this.phone.use(tenantId, number, (tx, account) => this.pictures.setOwn(tx, account, null));
  }

  /** @throws PhoneNotFound, GroupNotFound, NotInGroup, NotAllowedInGroup */
  setOfGroup(tenantId: TenantId, number: string, group: string, image: Buffer): Promise<PictureDto> {
    return this.phone.use(tenantId, number, async (tx, account) => {
      await this.pictures.setOfGroup(tx, account, group, image);
      return { url: this.address(await this.gallery.look(tx, account, groupJid({ id: group }))) };
    });
  }

  /** As one sees the other's. Null when there is none to see. */
  async urlOf(tx: TenantTx, viewer: Account, owner: Account): Promise<string | null> {
    try {
      return this.address(await this.gallery.look(tx, viewer, numberJid(owner)));
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      return null;
    }
  }

  private address({ path }: { path: string }): string {
    return `https://${this.server.host}${path}`;
  }
}
