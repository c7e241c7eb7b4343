import { Injectable } from '@nestjs/common';
import { type TenantSql, uuidOf } from '#libs/contracts';

export type MessageStatus = 'received' | 'sent' | 'delivered' | 'read';

export interface NewPhoneMessage {
  /** WhatsApp's message id */
  id: string;
  /** JID of the other side */
  chat: string;
  direction: 'in' | 'out';
  /** the content's kind as WhatsApp names it, for example `conversation` */
  kind: string;
  text: string | null;
  /** the protobuf `Message` that was sent from this phone; null otherwise */
  original: Buffer | null;
}

export interface PhoneMessage extends Omit<NewPhoneMessage, 'original'> {
  position: bigint;
  status: MessageStatus;
  at: Date;
}

/** What stays on a phone; the oldest beyond it go. */
const MOST_PER_PHONE = 1_000;

/** The messages on a phone's screen. */
@Injectable()
export class PhoneMessagesRepository {
  async add(tx: TenantSql, number: string, message: NewPhoneMessage): Promise<PhoneMessage> {
    const { id, chat, direction, kind, text, original } = message;
    const status = direction === 'in' ? 'received' : 'sent';
    const [row] = await tx.query<[{ position: bigint; at: Date }]>`
      WITH gone AS (
        DELETE FROM sandbox.messages
        WHERE tenant_id = ${uuidOf(tx.tenantId)}::uuid AND number = ${number} AND position <= (
          SELECT position FROM sandbox.messages WHERE tenant_id = ${uuidOf(tx.tenantId)}::uuid AND number = ${number}
          ORDER BY position DESC OFFSET ${MOST_PER_PHONE - 1} LIMIT 1))
      INSERT INTO sandbox.messages (tenant_id, number, id, chat, direction, kind, text, original, status)
      VALUES (${uuidOf(tx.tenantId)}::uuid, ${number}, ${id}, ${chat}, ${direction}, ${kind}, ${text}, ${original}, ${status})
      RETURNING position, at`;
    return { ...row, id, chat, direction, kind, text, status };
  }

  /** Newest first; `before`: only those older than this position. */
  list(tx: TenantSql, number: string, limit: number, before: bigint | null): Promise<PhoneMessage[]> {
    return tx.query<PhoneMessage[]>`
      SELECT position, id, chat, direction, kind, text, status, at FROM sandbox.messages
      WHERE tenant_id = ${uuidOf(tx.tenantId)}::uuid AND number = ${number} AND (${before}::bigint IS NULL OR position < ${before}::bigint)
      ORDER BY position DESC LIMIT ${limit}`;
  }

  /** A status never goes back: read, then delivered, is read. */
  async advance(tx: TenantSql, number: string, ids: string[], status: 'delivered' | 'read'): Promise<void> {
    const earlier = status === 'read' ? ['sent', 'delivered'] : ['sent'];
    await tx.execute`
      UPDATE sandbox.messages SET status = ${status}
      WHERE tenant_id = ${uuidOf(tx.tenantId)}::uuid AND number = ${number} AND id = ANY (${ids}::text[])
        AND direction = 'out' AND status = ANY (${earlier}::text[])`;
  }

  /** What this phone sent under an id, and to whom; null when it did not, or no longer knows. */
  async sent(tx: TenantSql, number: string, id: string): Promise<{ chat: string; original: Buffer } | null> {
    const [row] = await tx.query<{ chat: string; original: Uint8Array }[]>`
      SELECT chat, original FROM sandbox.messages
      WHERE tenant_id = ${uuidOf(tx.tenantId)}::uuid AND number = ${number} AND id = ${id} AND original IS NOT NULL LIMIT 1`;
    return row ? { chat: row.chat, original: Buffer.from(row.original) } : null;
  }
}
