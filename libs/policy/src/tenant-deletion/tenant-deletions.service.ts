import { Injectable } from '@nestjs/common';
import { newId, type Operator, type TenantId } from '#libs/contracts';
import { Clock, Database, Journal, Mutations } from '#libs/platform';
import { TenantDepartures } from '#libs/tenants';
import { hashOfToken, newDeletionToken } from '../deletion/deletion-token.js';
import { type NewTenantDeletionDto, type TenantDeletionsDto, toTenantDeletionDto } from './tenant-deletion.dto.js';
import { TenantDeletionClosed } from './tenant-deletion.errors.js';
import { TenantDeletionsRepository } from './tenant-deletions.repository.js';

/** The operator asks for a tenant to be deleted, and is shown what would go. Nothing happens before somebody confirms. */
@Injectable()
export class TenantDeletionsService {
  constructor(
    private readonly database: Database,
    private readonly mutations: Mutations,
    private readonly clock: Clock,
    private readonly journal: Journal,
    private readonly deletions: TenantDeletionsRepository,
    private readonly departures: TenantDepartures,
  ) {}

  /** @throws TenantNotFound, TenantDeleted, TenantDeletionClosed when one is under way */
  open(operator: Operator, tenantId: TenantId): Promise<NewTenantDeletionDto> {
    const token = newDeletionToken();
    return this.mutations.forTenant(operator, tenantId, async (tx) => {
      const { version, leavingSince } = await this.departures.lock(tx);
      if (leavingSince !== null) throw new TenantDeletionClosed('The deletion of this tenant is under way.');
      const asked = { requestedAt: await this.clock.now(tx), requestedBy: operator.actor, keyId: operator.keyId, tokenHash: hashOfToken(token) };
      const id = newId('del');
      await this.deletions.insert(tx, { id, tenantVersion: version, wouldRemove: await this.deletions.weigh(tx), ...asked });
      await this.journal.appendOfTenant(tx, { type: 'tenant.deletion_requested', actor: operator.actor, data: { deletionId: id } });
      const [newest] = await this.deletions.list(tx);
      return { ...toTenantDeletionDto(newest!), token };
    });
  }

  /** @throws TenantNotFound */
  list(tenantId: TenantId): Promise<TenantDeletionsDto> {
    return this.database.forTenant(tenantId, async (tx) => {
      await this.departures.require(tx);
      return { data: (await this.deletions.list(tx)).map(toTenantDeletionDto) };
    });
  }
}
