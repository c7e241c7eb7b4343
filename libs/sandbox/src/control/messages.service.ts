import { Injectable } from '@nestjs/common';
import type { TenantId } from '#libs/contracts';
import { Database, decodeCursor, type Page, pageOf, type PageQuery } from '#libs/platform';
import { PhoneMedia } from '../phone/phone-media.js';
import { PhoneSender } from '../phone/phone-sender.js';
import { PhoneNotFound } from '../sandbox.errors.js';
import { PhoneMessagesRepository } from '../store/phone-messages.repository.js';
import { PhonesRepository } from '../store/phones.repository.js';
import { messageDto, type PhoneMessageDto } from './phone-message.dto.js';
import { attachmentOf } from './send-media.dto.js';
import { type SendPhoneMessageDto, utteranceOf } from './send-phone-message.dto.js';

const isPosition = (key: unknown[]): key is [string] => key.length === 1 && typeof key[0] === 'string' && /^\d{1,18}$/.test(key[0]);

/** What is written on simulated phones and what they show. */
@Injectable()
export class MessagesService {
  constructor(
    private readonly database: Database,
    private readonly phones: PhonesRepository,
    private readonly messages: PhoneMessagesRepository,
    private readonly sender: PhoneSender,
    private readonly media: PhoneMedia,
  ) {}

  /** `to` is a number, its JID or the JID of a group. @throws PhoneNotFound, RecipientUnknown, BadMessage, GroupNotFound, NotInGroup, NotAllowedInGroup, UploadNotFound */
  async send(tenantId: TenantId, from: string, request: SendPhoneMessageDto): Promise<PhoneMessageDto> {
    const uploaded = request.media && (await this.media.attach(tenantId, attachmentOf(request.media)));
    return messageDto(await this.sender.send(tenantId, from, request.to, utteranceOf(request, uploaded)));
  }

  /** Newest first. @throws PhoneNotFound */
  async list(tenantId: TenantId, number: string, { limit, cursor }: PageQuery): Promise<Page<PhoneMessageDto>> {
    const before = decodeCursor(cursor, isPosition)?.[0];
    const rows = await this.database.forTenant(tenantId, async (tx) => {
      if (!(await this.phones.find(tx, number))) throw new PhoneNotFound();
      return this.messages.list(tx, number, limit + 1, before === undefined ? null : BigInt(before));
    });
    return pageOf(rows, limit, messageDto, ({ position }) => [String(position)]);
  }
}
