import { randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { TenantId } from '#libs/contracts';
import { PhoneMedia } from '../phone/phone-media.js';
import { MediaAddresses } from '../server/media/media-addresses.js';
import { LARGEST_MEDIA } from '../server/media/media-desk.js';
import { MediaServer } from '../server/media/media-server.js';
import { ActingPhone } from './acting-phone.js';
import type { SandboxMediaDto, UploadDto } from './media.dto.js';

/** Files as people give them to phones and read them there. */
@Injectable()
export class MediaService {
  constructor(
    private readonly phone: ActingPhone,
    private readonly server: MediaServer,
    private readonly addresses: MediaAddresses,
    private readonly media: PhoneMedia,
  ) {}

  describe(): SandboxMediaDto {
    const { host, certificate } = this.server;
    return { host, certificate, largestFile: LARGEST_MEDIA };
  }

  /** @throws PhoneNotFound */
  async prepareUpload(tenantId: TenantId, number: string): Promise<UploadDto> {
    await this.phone.use(tenantId, number, () => Promise.resolve());
    const id = randomBytes(16).toString('base64url');
    return { id, url: `https://${this.server.host}${await this.addresses.pathOf({ shelf: 'to-phone', tenantId, id })}` };
  }

  /** @throws PhoneNotFound, MessageNotFound, MediaGone */
  async read(tenantId: TenantId, number: string, message: string): Promise<{ mimetype: string; content: Buffer }> {
    await this.phone.use(tenantId, number, () => Promise.resolve());
    return this.media.read(tenantId, number, message);
  }
}
