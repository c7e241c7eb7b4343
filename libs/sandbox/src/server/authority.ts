import { Injectable } from '@nestjs/common';
import type { TenantId } from '#libs/contracts';
import { Database } from '#libs/platform';
import { type Authority, foundAuthority } from '../protocol/certificate-authority.js';
import { AuthorityRepository } from '../store/authority.repository.js';

/** The installation's certificate authority: founded by whoever needs it first, the same ever after. */
@Injectable()
export class Authorities {
  private known: Authority | null = null;

  constructor(
    private readonly database: Database,
    private readonly authorities: AuthorityRepository,
  ) {}

  /** Any tenant will do: a transaction belongs to one, the authority to none. */
  async get(tenantId: TenantId): Promise<Authority> {
    this.known ??= await this.database.forTenant(tenantId, async (tx) => {
      const stored = await this.authorities.find(tx);
      if (stored) return stored;
      await this.authorities.offer(tx, foundAuthority());
      return (await this.authorities.find(tx))!;
    });
    return this.known;
  }
}
