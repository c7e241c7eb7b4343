import { Injectable } from '@nestjs/common';
import type { TenantId } from '#libs/contracts';
import { numberJid } from '../protocol/addresses.js';
import { Presences } from '../server/presence/presences.js';
import { Visibility } from '../server/presence/visibility.js';
import { ActingPhone } from './acting-phone.js';
import { PicturesService } from './pictures.service.js';
import type { SandboxContactDto } from './profile.dto.js';

/** Others as a phone sees them. */
@Injectable()
export class ContactsService {
  constructor(
    private readonly phone: ActingPhone,
    private readonly presences: Presences,
    private readonly visibility: Visibility,
    private readonly pictures: PicturesService,
  ) {}

  /** @throws PhoneNotFound for either */
  read(tenantId: TenantId, number: string, other: string): Promise<SandboxContactDto> {
    return this.phone.use(tenantId, number, async (tx, viewer) => {
      const [contact] = await this.phone.named(tx, [other]);
      const { name, about, online, lastSeen } = (await this.visibility.of(tx, other, number))!;
      const typing = this.presences.typing(tenantId, other, numberJid(viewer));
      return { phoneNumber: other, name, about, picture: await this.pictures.urlOf(tx, viewer, contact!), online, lastSeen: lastSeen?.toISOString() ?? null, typing };
    });
  }
}
