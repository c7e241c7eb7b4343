import { Injectable } from '@nestjs/common';
import { type TenantSql, uuidOf } from '#libs/contracts';
import { parseCredentials, type PhoneCredentials, serialiseCredentials } from '../phone/credentials.js';
import type { Account } from '../protocol/addresses.js';

export interface PhoneInside {
  account: Account;
  credentials: PhoneCredentials;
  /** of everything that the phone's Signal side keeps */
  revision: number;
}

/** The accounts of a tenant and what each phone's own Signal identity is. */
@Injectable()
export class PhonesRepository {
  /** Many at once. Returns the numbers that had no phone before; the others stay as they are. */
  async insertAll(tx: TenantSql, phones: { account: Account; credentials: PhoneCredentials }[]): Promise<string[]> {
    const [numbers, lids, names] = [phones.map(({ account }) => account.number), phones.map(({ account }) => account.lid), phones.map(({ account }) => account.name)];
    const credentials = phones.map((phone) => serialiseCredentials(phone.credentials));
    const rows = await tx.query<{ number: string }[]>`
      INSERT INTO sandbox.phones (tenant_id, number, lid, name, signal_credentials)
      SELECT ${uuidOf(tx.tenantId)}::uuid, number, lid, name, credentials
      FROM unnest(${numbers}::text[], ${lids}::text[], ${names}::text[], ${credentials}::text[]) AS phone (number, lid, name, credentials)
      ON CONFLICT (tenant_id, number) DO NOTHING RETURNING number`;
    return rows.map(({ number }) => number);
  }

  async count(tx: TenantSql): Promise<number> {
    const [row] = await tx.query<[{ count: number }]>`
      SELECT count(*)::int AS count FROM sandbox.phones WHERE tenant_id = ${uuidOf(tx.tenantId)}::uuid`;
    return row.count;
  }

  async find(tx: TenantSql, number: string): Promise<Account | null> {
    const [account] = await this.named(tx, [number]);
    return account?.number === number ? account : null;
  }

  /** Whoever is meant by these numbers or LIDs; unknown ones are left out. */
  named(tx: TenantSql, users: string[]): Promise<Account[]> {
    return tx.query<Account[]>`
      SELECT number, lid, name FROM sandbox.phones
      WHERE tenant_id = ${uuidOf(tx.tenantId)}::uuid AND (number = ANY (${users}::text[]) OR lid = ANY (${users}::text[]))`;
  }

  /** The phone itself, as nobody else sees it. */
  async open(tx: TenantSql, number: string): Promise<PhoneInside | null> {
    const [row] = await tx.query<(Account & { signal_credentials: string; revision: number })[]>`
      SELECT number, lid, name, signal_credentials, revision FROM sandbox.phones
      WHERE tenant_id = ${uuidOf(tx.tenantId)}::uuid AND number = ${number}`;
    if (!row) return null;
    const { signal_credentials: credentials, revision, ...account } = row;
    return { account, credentials: parseCredentials(credentials), revision };
  }

  /** False when somebody else has changed the phone's Signal side since that revision. */
  async revise(tx: TenantSql, number: string, revision: number): Promise<boolean> {
    const revised = await tx.execute`
      UPDATE sandbox.phones SET revision = revision + 1
      WHERE tenant_id = ${uuidOf(tx.tenantId)}::uuid AND number = ${number} AND revision = ${revision}`;
    return revised > 0;
  }

  /** A device number that this phone never gave before. */
  async nextDevice(tx: TenantSql, number: string): Promise<number> {
    const [row] = await tx.query<[{ device: number }]>`
      UPDATE sandbox.phones SET next_device = next_device + 1
      WHERE tenant_id = ${uuidOf(tx.tenantId)}::uuid AND number = ${number} RETURNING next_device - 1 AS device`;
    return row.device;
  }

  /** The id of a pre-key of the phone that was never used before. */
  async nextPreKey(tx: TenantSql, number: string): Promise<number> {
    const [row] = await tx.query<[{ id: number }]>`
      UPDATE sandbox.phones SET next_pre_key = next_pre_key + 1
      WHERE tenant_id = ${uuidOf(tx.tenantId)}::uuid AND number = ${number} RETURNING next_pre_key - 1 AS id`;
    return row.id;
  }
}
