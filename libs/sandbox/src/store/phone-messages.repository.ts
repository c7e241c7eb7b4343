import { Injectable } from '@nestjs/common';
import { type TenantSql, uuidOf } from '#libs/contracts';
import type { MessageDescription, Poll } from '../phone/describe-message.js';

export type MessageStatus = 'received' | 'sent' | 'delivered' | 'read';

export interface NewPhoneMessage extends Omit<MessageDescription, 'change'> {
  /** WhatsApp's message id */
  id: string;
  /** JID of the other side */
  chat: string;
  /** JID, by number, of who wrote it */
  author: string;
  direction: 'in' | 'out';
  /** the protobuf `Message` */
  original: Buffer;
}

export interface PhoneMessage extends Omit<NewPhoneMessage, 'original'> {
  position: bigint;
  status: MessageStatus;
  edited: boolean;
  /** it was taken back: what it said is gone */
  revoked: boolean;
  /** emoji by JID */
  reactions: Record<string, string>;
  /** names of the options by JID of the voter */
  votes: Record<string, string[]>;
  /** how far the receipts of each recipient went, by JID */
  receipts: Record<string, 'delivered' | 'read'>;
  at: Date;
}

/** A message as it came, for what refers to it. */
export interface KeptMessage {
  id: string;
  author: string;
  text: string | null;
  poll: Poll | null;
  /** it only changed another one */
  change: boolean;
  revoked: boolean;
  original: Buffer | null;
}

/** What stays on a phone; the oldest beyond it go. */
const MOST_PER_PHONE = 1_000;

/** The messages on a phone's screen. */
@Injectable()
export class PhoneMessagesRepository {
  async add(tx: TenantSql, number: string, message: NewPhoneMessage): Promise<PhoneMessage> {
    const { id, chat, author, direction, kind, text, refersTo, poll, media, original } = message;
    const status = direction === 'in' ? 'received' : 'sent';
    const [row] = await tx.query<[{ position: bigint; at: Date }]>`
      WITH gone AS (
        DELETE FROM sandbox.messages
        WHERE tenant_id = ${uuidOf(tx.tenantId)}::uuid AND number = ${number} AND position <= (
          SELECT position FROM sandbox.messages WHERE tenant_id = ${uuidOf(tx.tenantId)}::uuid AND number = ${number}
          ORDER BY position DESC OFFSET ${MOST_PER_PHONE - 1} LIMIT 1))
      INSERT INTO sandbox.messages (tenant_id, number, id, chat, author, direction, kind, text, refers_to, poll, media, original, status)
      VALUES (${uuidOf(tx.tenantId)}::uuid, ${number}, ${id}, ${chat}, ${author}, ${direction}, ${kind}, ${text}, ${refersTo},
        ${poll && JSON.stringify(poll)}::jsonb, ${media && JSON.stringify(media)}::jsonb, ${original}, ${status})
      RETURNING position, at`;
    return { ...row, id, chat, author, direction, kind, text, refersTo, poll, media, status, edited: false, revoked: false, reactions: {}, votes: {}, receipts: {} };
  }

  /** Newest first; `before`: only those older than this position. */
  list(tx: TenantSql, number: string, limit: number, before: bigint | null): Promise<PhoneMessage[]> {
    return tx.query<PhoneMessage[]>`
      SELECT position, id, chat, coalesce(author, CASE direction WHEN 'in' THEN chat ELSE number || '@s.whatsapp.net' END) AS author, direction, kind, text,
        refers_to AS "refersTo", poll, media, edited_at IS NOT NULL AS edited, revoked_at IS NOT NULL AS revoked, reactions, votes, receipts, status, at
      FROM sandbox.messages
      WHERE tenant_id = ${uuidOf(tx.tenantId)}::uuid AND number = ${number} AND (${before}::bigint IS NULL OR position < ${before}::bigint)
      ORDER BY position DESC LIMIT ${limit}`;
  }

  /** By a receipt of `by`, a JID. A status never goes back: read, then delivered, is read. */
  async advance(tx: TenantSql, number: string, ids: string[], status: 'delivered' | 'read', by: string): Promise<void> {
    await tx.execute`
      UPDATE sandbox.messages
      SET status = CASE WHEN status = 'read' THEN status ELSE ${status} END,
        receipts = CASE WHEN receipts ->> ${by}::text = 'read' THEN receipts ELSE receipts || jsonb_build_object(${by}::text, ${status}::text) END
      WHERE tenant_id = ${uuidOf(tx.tenantId)}::uuid AND number = ${number} AND id = ANY (${ids}::text[]) AND direction = 'out'`;
  }

  /** What this phone sent under an id, and to whom; null when it did not, or no longer knows. */
  async sent(tx: TenantSql, number: string, id: string): Promise<{ chat: string; original: Buffer } | null> {
    const [row] = await tx.query<{ chat: string; original: Uint8Array }[]>`
      SELECT chat, original FROM sandbox.messages
      WHERE tenant_id = ${uuidOf(tx.tenantId)}::uuid AND number = ${number} AND id = ${id} AND direction = 'out' AND original IS NOT NULL LIMIT 1`;
    return row ? { chat: row.chat, original: Buffer.from(row.original) } : null;
  }

  /** A message of a chat; null when the phone does not show it. */
  async find(tx: TenantSql, number: string, chat: string, id: string): Promise<KeptMessage | null> {
    const [row] = await tx.query<KeptMessage[]>`
      SELECT id, coalesce(author, CASE direction WHEN 'in' THEN chat ELSE number || '@s.whatsapp.net' END) AS author, text, poll,
        kind IN ('edit', 'revoke', 'reactionMessage', 'pollUpdateMessage') AS change, revoked_at IS NOT NULL AS revoked, original
      FROM sandbox.messages
      WHERE tenant_id = ${uuidOf(tx.tenantId)}::uuid AND number = ${number} AND chat = ${chat} AND id = ${id} LIMIT 1`;
    return row ?? null;
  }

  /** A message under an id, in whichever chat; null when there is none, or nothing of it is left. */
  async originalOf(tx: TenantSql, number: string, id: string): Promise<Buffer | null> {
    const [row] = await tx.query<{ original: Uint8Array | null }[]>`
      SELECT original FROM sandbox.messages
      WHERE tenant_id = ${uuidOf(tx.tenantId)}::uuid AND number = ${number} AND id = ${id} LIMIT 1`;
    return row?.original ? Buffer.from(row.original) : null;
  }
}
