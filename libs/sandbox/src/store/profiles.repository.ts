import { Injectable } from '@nestjs/common';
import { type TenantSql, uuidOf } from '#libs/contracts';

/** What an account says of itself, and whom it lets see it. */
export interface Profile {
  name: string;
  about: string;
  aboutAt: Date | null;
  /** when it was online last; null: never */
  lastSeen: Date | null;
  /** who sees what, by WhatsApp's names, where that is not everybody */
  privacy: Record<string, string>;
}

/** The profiles of accounts. */
@Injectable()
export class ProfilesRepository {
  async find(tx: TenantSql, number: string): Promise<Profile | null> {
    const [row] = await tx.query<Profile[]>`
      SELECT name, about, about_at AS "aboutAt", last_seen AS "lastSeen", privacy FROM sandbox.phones
      WHERE tenant_id = ${uuidOf(tx.tenantId)}::uuid AND number = ${number}`;
    return row ?? null;
  }

  async rename(tx: TenantSql, number: string, name: string): Promise<void> {
    await tx.execute`UPDATE sandbox.phones SET name = ${name} WHERE tenant_id = ${uuidOf(tx.tenantId)}::uuid AND number = ${number}`;
  }

  async describe(tx: TenantSql, number: string, about: string): Promise<void> {
    await tx.execute`
      UPDATE sandbox.phones SET about = ${about}, about_at = date_trunc('milliseconds', clock_timestamp())
      WHERE tenant_id = ${uuidOf(tx.tenantId)}::uuid AND number = ${number}`;
  }

  /** What is not named stays as it is. */
  async restrict(tx: TenantSql, number: string, privacy: Record<string, string>): Promise<void> {
    await tx.execute`
      UPDATE sandbox.phones SET privacy = privacy || ${JSON.stringify(privacy)}::jsonb
      WHERE tenant_id = ${uuidOf(tx.tenantId)}::uuid AND number = ${number}`;
  }

  async see(tx: TenantSql, number: string): Promise<void> {
    await tx.execute`
      UPDATE sandbox.phones SET last_seen = date_trunc('milliseconds', clock_timestamp())
      WHERE tenant_id = ${uuidOf(tx.tenantId)}::uuid AND number = ${number}`;
  }

  /** With whom an account has a chat, by number: who shows it on the phone. */
  async contactsOf(tx: TenantSql, number: string): Promise<string[]> {
    const rows = await tx.query<{ contact: string }[]>`
      SELECT DISTINCT split_part(chat, '@', 1) AS contact FROM sandbox.messages
      WHERE tenant_id = ${uuidOf(tx.tenantId)}::uuid AND number = ${number} AND chat LIKE '%@s.whatsapp.net'`;
    return rows.map(({ contact }) => contact);
  }
}
