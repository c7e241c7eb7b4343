import { Injectable } from '@nestjs/common';
import type { TenantId } from '#libs/contracts';
import { Database } from '#libs/platform';
import { sha256 } from '../../protocol/media-cipher.js';
import { MediaRepository } from '../../store/media.repository.js';
import { PicturesRepository } from '../../store/pictures.repository.js';
import { MediaAddresses, type MediaPlace } from './media-addresses.js';

/** What the media server answers. */
export interface MediaAnswer {
  status: number;
  body: Buffer | object;
}

/** Null when it is too large. */
type ReadBody = () => Promise<Buffer | null>;

/** Of one file, as WhatsApp limits pictures and videos. */
export const LARGEST_MEDIA = 16 * 1024 * 1024;
const TOO_LARGE: MediaAnswer = { status: 413, body: { error: `at most ${LARGEST_MEDIA} bytes` } };
const NOT_FOUND: MediaAnswer = { status: 404, body: { error: 'not found' } };
const UPLOAD = /^\/(?:mms\/(?:image|video|audio|document|md-app-state)|product\/image)\/([\w-]{1,128})$/;

/** Takes files in and gives them out. */
@Injectable()
export class MediaDesk {
  constructor(
    private readonly database: Database,
    private readonly media: MediaRepository,
    private readonly pictures: PicturesRepository,
    private readonly addresses: MediaAddresses,
  ) {}

  async give(url: URL): Promise<MediaAnswer> {
    const place = await this.addresses.placeOf(url);
    const content = place && (await this.find(place));
    return content ? { status: 200, body: content } : NOT_FOUND;
  }

  /** From a device, which says what its file's hash is: `origin` is how this server is reached. */
  async take(url: URL, read: ReadBody, origin: string): Promise<MediaAnswer> {
    const id = UPLOAD.exec(url.pathname)?.[1];
    const tenantId = await this.addresses.tenantOf(url.searchParams.get('auth'));
    if (id === undefined) return NOT_FOUND;
    if (!tenantId) return { status: 401, body: { error: 'no valid pass' } };
    const content = await read();
    if (!content) return TOO_LARGE;
    if (sha256(content).toString('base64url') !== id) return { status: 400, body: { error: 'not the announced file' } };
    await this.keep(tenantId, id, content);
    const path = await this.addresses.pathOf({ shelf: 'v', tenantId, id });
    return { status: 200, body: { url: `${origin}${path}`, direct_path: path } };
  }

  /** From a person, at an address that was given out for one file. */
  async takeForPhone(url: URL, read: ReadBody): Promise<MediaAnswer> {
    const place = await this.addresses.placeOf(url);
    if (place?.shelf !== 'to-phone') return NOT_FOUND;
    const content = await read();
    if (!content) return TOO_LARGE;
    await this.keep(place.tenantId, uploadedId(place.id), content);
    return { status: 200, body: { id: place.id, bytes: content.length } };
  }

  /** What a person gave to a phone nobody reads but the phone. */
  private async find({ shelf, tenantId, id }: MediaPlace): Promise<Buffer | null> {
    if (shelf === 'to-phone') return null;
    return this.database.forTenant(tenantId, (tx) => (shelf === 'v' ? this.media.find(tx, id) : this.pictures.find(tx, id)));
  }

  private async keep(tenantId: TenantId, id: string, content: Buffer): Promise<void> {
    await this.database.forTenant(tenantId, (tx) => this.media.put(tx, id, content));
  }
}

/** Under which a file is kept that a person uploaded for a phone to send. */
export function uploadedId(upload: string): string {
  return `to-phone-${upload}`;
}
