import { ApiProperty } from '@nestjs/swagger';
import { IsString, Length, Matches } from 'class-validator';
import type { MessageStatus, PhoneMessage } from '../store/phone-messages.repository.js';

export class SendPhoneMessageDto {
  /** A phone number, or its JID @example "5511999990002" */
  @ApiProperty({ maxLength: 40 })
  @Matches(/^[1-9][0-9]{6,14}(@s\.whatsapp\.net)?$/, { message: 'to must be a phone number or its JID' })
  to!: string;

  /** @example "hi" */
  @IsString()
  @Length(1, 65_536)
  text!: string;
}

export class PhoneMessageDto {
  /** WhatsApp's id of the message @example "3A5F2C9D1E7B4A60" */
  id!: string;

  /** JID of the other side @example "5511999990002@s.whatsapp.net" */
  chat!: string;

  /** `out`: sent from this phone or from a device linked to it @example "in" */
  direction!: 'in' | 'out';

  /** The content's kind as WhatsApp names it @example "conversation" */
  kind!: string;

  /** null when it carries no text @example "hi" */
  text!: string | null;

  /** `received` for messages that came in; for those sent, the furthest that any receipt said @example "received" */
  status!: MessageStatus;

  /** @example "2026-11-23T10:00:00.000Z" */
  timestamp!: string;
}

export class PhoneMessagePageDto {
  /** Newest first */
  data!: PhoneMessageDto[];

  /** null on the last page @example null */
  nextCursor!: string | null;
}

export function messageDto({ id, chat, direction, kind, text, status, at }: PhoneMessage): PhoneMessageDto {
  return { id, chat, direction, kind, text, status, timestamp: at.toISOString() };
}
