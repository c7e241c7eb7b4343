import { Injectable } from '@nestjs/common';
import { type TenantSql, uuidOf } from '#libs/contracts';
import type { MessageStatus } from './phone-messages.repository.js';

/** A message with what has become of it. */
export interface HistoryMessage {
  id: string;
  chat: string;
  /** JID, by number */
  author: string;
  direction: 'in' | 'out';
  /** as it is now */
  text: string | null;
  edited: boolean;
  revoked: boolean;
  original: Uint8Array | null;
  reactions: Record<string, string>;
  status: MessageStatus;
  at: Date;
}

/** How much of its screen a phone gives to a device that it has just linked. */
const MOST_BYTES = 4 * 1024 * 1024;

/** What a phone shows, as history: what was said, not what only changed something. Newest first. */
@Injectable()
export class HistoryRepository {
  newest(tx: TenantSql, number: string): Promise<HistoryMessage[]> {
    return tx.query<HistoryMessage[]>`
      SELECT id, chat, coalesce(author, CASE direction WHEN 'in' THEN chat ELSE number || '@s.whatsapp.net' END) AS author, direction, text,
        edited_at IS NOT NULL AS edited, revoked_at IS NOT NULL AS revoked, original, reactions, status, at
      FROM (SELECT *, sum(coalesce(octet_length(original), 0)) OVER (ORDER BY position DESC) AS bytes FROM sandbox.messages
        WHERE tenant_id = ${uuidOf(tx.tenantId)}::uuid AND number = ${number}
          AND kind NOT IN ('edit', 'revoke', 'reactionMessage', 'pollUpdateMessage')) AS shown
      WHERE bytes <= ${MOST_BYTES} ORDER BY position DESC`;
  }

  /** Those of a chat before one of its messages, at most `limit`. Nothing when it is not there. */
  before(tx: TenantSql, number: string, chat: string, id: string, limit: number): Promise<HistoryMessage[]> {
    return tx.query<HistoryMessage[]>`
      SELECT id, chat, coalesce(author, CASE direction WHEN 'in' THEN chat ELSE number || '@s.whatsapp.net' END) AS author, direction, text,
        edited_at IS NOT NULL AS edited, revoked_at IS NOT NULL AS revoked, original, reactions, status, at
      FROM sandbox.messages
      WHERE tenant_id = ${uuidOf(tx.tenantId)}::uuid AND number = ${number} AND chat = ${chat}
        AND kind NOT IN ('edit', 'revoke', 'reactionMessage', 'pollUpdateMessage')
        AND position < (SELECT max(position) FROM sandbox.messages
          WHERE tenant_id = ${uuidOf(tx.tenantId)}::uuid AND number = ${number} AND chat = ${chat} AND id = ${id})
      ORDER BY position DESC LIMIT ${limit}`;
  }

  /** One by its id, in whichever chat. */
  async find(tx: TenantSql, number: string, id: string): Promise<HistoryMessage | null> {
    const [row] = await tx.query<HistoryMessage[]>`
      SELECT id, chat, coalesce(author, CASE direction WHEN 'in' THEN chat ELSE number || '@s.whatsapp.net' END) AS author, direction, text,
        edited_at IS NOT NULL AS edited, revoked_at IS NOT NULL AS revoked, original, reactions, status, at
      FROM sandbox.messages
      WHERE tenant_id = ${uuidOf(tx.tenantId)}::uuid AND number = ${number} AND id = ${id} LIMIT 1`;
    return row ?? null;
  }
}
