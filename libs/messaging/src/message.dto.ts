import { ApiProperty } from '@nestjs/swagger';
import { IsIn, IsString, Length, Matches } from 'class-validator';
import type { Direction, Message, MessageStatus } from './message.js';

export class SendMessageDto {
  /** A phone number in digits, or a JID @example "5511999990001" */
  @ApiProperty({ maxLength: 40 })
  @Matches(/^([1-9]\d{6,14}|\d{6,20}@(s\.whatsapp\.net|lid))$/, { message: 'to must be a phone number (7 to 15 digits, country code first, nothing else) or the JID of a person' })
  to!: string;

  /** @example "text" */
  @IsIn(['text'])
  type!: 'text';

  /** @example "hi" */
  @IsString()
  @Length(1, 65_536)
  text!: string;
}

export class MessageDto {
  /** @example "msg_01h455vb4pex5vsknk084sn02q" */
  id!: string;

  /** @example "ins_01h455vb4pex5vsknk084sn02q" */
  instanceId!: string;

  /** JID of the chat; null once the content is erased @example "5511999990001@s.whatsapp.net" */
  chat!: string | null;

  /** JID of the author inside a group; null elsewhere, and once the content is erased */
  participant!: string | null;

  /** @example "out" */
  direction!: Direction;

  /** @example "text" */
  type!: string;

  /** null when it carries no text, and once the content is erased @example "hi" */
  text!: string | null;

  /** `sent`: WhatsApp acknowledged it @example "sent" */
  status!: MessageStatus;

  /** @example "3EB0C767D26A1B2F4E5D" */
  whatsappId!: string;

  /** @example "2026-11-23T10:00:00.000Z" */
  timestamp!: string;

  /** Why it failed; null otherwise */
  error!: string | null;

  /** When its content (chat, author, text, original) was erased by the tenant's rules; null: it is there @example null */
  contentErasedAt!: string | null;
}

export class MessagePageDto {
  data!: MessageDto[];

  /** null on the last page */
  nextCursor!: string | null;
}

export function toMessageDto({ timestamp, contentErasedAt, ...rest }: Message): MessageDto {
  return { ...rest, timestamp: timestamp.toISOString(), contentErasedAt: contentErasedAt?.toISOString() ?? null };
}
