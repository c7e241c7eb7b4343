import { Injectable } from '@nestjs/common';
import { type TenantSql, uuidOf } from '#libs/contracts';

/** A message on a phone's screen. */
export interface MessagePlace {
  /** of the phone */
  number: string;
  chat: string;
  id: string;
}

/** What later messages do to one that a phone shows. Of what it does not show nothing changes. */
@Injectable()
export class MessageChangesRepository {
  /** Only its author can. */
  async edit(tx: TenantSql, { number, chat, id }: MessagePlace, author: string, text: string | null): Promise<void> {
    await tx.execute`
      UPDATE sandbox.messages SET text = ${text}, edited_at = date_trunc('milliseconds', clock_timestamp())
      WHERE tenant_id = ${uuidOf(tx.tenantId)}::uuid AND number = ${number} AND chat = ${chat} AND id = ${id} AND author = ${author} AND revoked_at IS NULL`;
  }

  /** Whether the author, or anybody: the server lets an admin of a group take back what others wrote. */
  async revoke(tx: TenantSql, { number, chat, id }: MessagePlace, author: string | null): Promise<void> {
    await tx.execute`
      UPDATE sandbox.messages
      SET text = NULL, original = NULL, poll = NULL, media = NULL, reactions = '{}', votes = '{}', revoked_at = date_trunc('milliseconds', clock_timestamp())
      WHERE tenant_id = ${uuidOf(tx.tenantId)}::uuid AND number = ${number} AND chat = ${chat} AND id = ${id}
        AND (${author}::text IS NULL OR author = ${author}) AND revoked_at IS NULL`;
  }

  /** One reaction each; an empty emoji takes it back. */
  async react(tx: TenantSql, { number, chat, id }: MessagePlace, by: string, emoji: string): Promise<void> {
    await tx.execute`
      UPDATE sandbox.messages
      SET reactions = CASE WHEN ${emoji}::text = '' THEN reactions - ${by}::text ELSE reactions || jsonb_build_object(${by}::text, ${emoji}::text) END
      WHERE tenant_id = ${uuidOf(tx.tenantId)}::uuid AND number = ${number} AND chat = ${chat} AND id = ${id} AND revoked_at IS NULL`;
  }

  /** A later vote replaces an earlier one; one for nothing takes it back. */
  async vote(tx: TenantSql, { number, chat, id }: MessagePlace, by: string, options: string[]): Promise<void> {
    await tx.execute`
      UPDATE sandbox.messages
      SET votes = CASE WHEN cardinality(${options}::text[]) = 0 THEN votes - ${by}::text ELSE votes || jsonb_build_object(${by}::text, to_jsonb(${options}::text[])) END
      WHERE tenant_id = ${uuidOf(tx.tenantId)}::uuid AND number = ${number} AND chat = ${chat} AND id = ${id} AND revoked_at IS NULL`;
  }
}
