import { createHmac, timingSafeEqual } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { isId, type TenantId } from '#libs/contracts';
import { MediaCertificates } from './media-certificates.js';

/** Kinds of files, as the first part of their paths: what a message carries, what a person gives to a phone, pictures of profiles. */
export type MediaShelf = 'v' | 'to-phone' | 'pps';

export interface MediaPlace {
  shelf: MediaShelf;
  tenantId: TenantId;
  id: string;
}

const PLACE = /^\/(v|to-phone|pps)\/(ten_[0-9a-z]+)\/([\w-]{1,128})$/;

/** Paths of the media server. Each carries a signature: who was not told of a file cannot ask for it. */
@Injectable()
export class MediaAddresses {
  constructor(private readonly certificates: MediaCertificates) {}

  /** `/v/ten_…/id?oh=signature` */
  async pathOf({ shelf, tenantId, id }: MediaPlace): Promise<string> {
    const path = `/${shelf}/${tenantId}/${id}`;
    return `${path}?oh=${await this.sign(path)}`;
  }

  /** Null for a path that was not given out. */
  async placeOf({ pathname, searchParams }: URL): Promise<MediaPlace | null> {
    const [, shelf, tenantId = '', id] = PLACE.exec(pathname) ?? [];
    if (!isId('ten', tenantId) || !(await this.isSigned(pathname, searchParams.get('oh')))) return null;
    return { shelf: shelf as MediaShelf, tenantId, id: id! };
  }

  /** What a device shows when it uploads. */
  async passFor(tenantId: TenantId): Promise<string> {
    return `${tenantId}.${await this.sign(tenantId)}`;
  }

  /** Whose pass it is; null for none that was given out. */
  async tenantOf(pass: string | null): Promise<TenantId | null> {
    const [tenantId = '', signature = null] = pass?.split('.') ?? [];
    return isId('ten', tenantId) && (await this.isSigned(tenantId, signature)) ? tenantId : null;
  }

  private async sign(text: string): Promise<string> {
    const { privateKey } = await this.certificates.get();
    return createHmac('sha256', privateKey).update(text).digest('base64url');
  }

  private async isSigned(text: string, signature: string | null): Promise<boolean> {
    const [expected, given] = [Buffer.from(await this.sign(text)), Buffer.from(signature ?? '')];
    return expected.length === given.length && timingSafeEqual(expected, given);
  }
}
