import { Injectable } from '@nestjs/common';
import type { TenantId } from '#libs/contracts';
import { Database } from '#libs/platform';
import { proto } from '../protocol/baileys.js';
import { openMedia, sealMedia, sha256 } from '../protocol/media-cipher.js';
import { MediaGone, MessageNotFound, UploadNotFound } from '../media.errors.js';
import { MediaAddresses } from '../server/media/media-addresses.js';
import { uploadedId } from '../server/media/media-desk.js';
import { MediaServer } from '../server/media/media-server.js';
import { MediaRepository } from '../store/media.repository.js';
import { PhoneMessagesRepository } from '../store/phone-messages.repository.js';
import { type Attachment, mediaIn, mediaMessage, type ReceivedMedia } from './media-message.js';

/** Files that people attach on phones, and those that phones received. */
@Injectable()
export class PhoneMedia {
  constructor(
    private readonly database: Database,
    private readonly media: MediaRepository,
    private readonly messages: PhoneMessagesRepository,
    private readonly addresses: MediaAddresses,
    private readonly server: MediaServer,
  ) {}

  /** Encrypts and uploads a file. Nobody can read it before the message that this returns was sent. @throws UploadNotFound */
  async attach(tenantId: TenantId, attachment: Attachment): Promise<proto.IMessage> {
    const content = await this.contentOf(tenantId, attachment);
    const sealed = sealMedia(attachment.type, content);
    const id = sealed.fileEncSha256.toString('base64url');
    await this.database.forTenant(tenantId, (tx) => this.media.put(tx, id, sealed.ciphertext));
    const directPath = await this.addresses.pathOf({ shelf: 'v', tenantId, id });
    return mediaMessage(attachment, sealed, { directPath, url: `https://${this.server.host}${directPath}` });
  }

  /** The file of a message on a phone's screen, decrypted. @throws MessageNotFound, MediaGone */
  async read(tenantId: TenantId, number: string, messageId: string): Promise<{ mimetype: string; content: Buffer }> {
    const original = await this.database.forTenant(tenantId, (tx) => this.messages.originalOf(tx, number, messageId));
    const received = original && mediaIn(proto.Message.decode(original));
    if (!received) throw new MessageNotFound();
    const place = await this.addresses.placeOf(new URL(received.directPath, 'https://media'));
    const ciphertext = place?.tenantId === tenantId ? await this.database.forTenant(tenantId, (tx) => this.media.find(tx, place.id)) : null;
    if (!ciphertext) throw new MediaGone();
    return { mimetype: received.mimetype, content: opened(received, ciphertext) };
  }

  private async contentOf(tenantId: TenantId, { content, upload }: Attachment): Promise<Buffer> {
    if (content) return content;
    const uploaded = await this.database.forTenant(tenantId, (tx) => this.media.find(tx, uploadedId(upload ?? '')));
    if (!uploaded) throw new UploadNotFound();
    return uploaded;
  }
}

/** @throws MediaGone when it is not the file that was sent */
function opened({ type, mediaKey, fileSha256 }: ReceivedMedia, ciphertext: Buffer): Buffer {
  try {
    const content = openMedia(type, mediaKey, ciphertext);
    if (sha256(content).equals(fileSha256)) return content;
  } catch {
    // answered below: for who asks there is no difference
  }
  throw new MediaGone();
}
