import { Injectable } from '@nestjs/common';
import type { Operator, TenantId } from '#libs/contracts';
import { enterPlatformGate, InvalidRequest, Journal, Mutations, type TenantTx } from '#libs/platform';
import { PolicyVersions } from '#libs/retention';
import { type Departing, TenantDepartures } from '#libs/tenants';
import { isToken } from '../deletion/deletion-token.js';
import { RescanRequests } from '../rescan-requests.js';
import { type ConfirmTenantDeletionDto, type TenantDeletionDto, toTenantDeletionDto } from './tenant-deletion.dto.js';
import { TenantDeletionClosed, TenantNotLeaving } from './tenant-deletion.errors.js';
import { type TenantDeletion, TenantDeletionsRepository } from './tenant-deletions.repository.js';

/** What the operator does about a deletion that was asked for: confirms it, which closes the tenant and starts its grace, or takes it back. */
@Injectable()
export class TenantDeletionConfirmation {
  constructor(
    private readonly mutations: Mutations,
    private readonly journal: Journal,
    private readonly versions: PolicyVersions,
    private readonly deletions: TenantDeletionsRepository,
    private readonly departures: TenantDepartures,
    private readonly rescans: RescanRequests,
  ) {}

  /** Confirmed again with the same words it is the same answer. @throws TenantNotFound, TenantDeleted, InvalidRequest, TenantDeletionClosed */
  confirm(operator: Operator, tenantId: TenantId, { token, name }: ConfirmTenantDeletionDto): Promise<TenantDeletionDto> {
    return this.mutations.forTenant(operator, tenantId, async (tx) => {
      await this.lockRules(tx);
      const tenant = await this.departures.lock(tx);
      const deletion = (await this.deletions.list(tx)).find(({ tokenHash, keyId }) => isToken(token, tokenHash) && keyId === operator.keyId);
      if (!deletion) throw new InvalidRequest([{ pointer: '/token', detail: 'is not a token that this key was given for this tenant' }]);
      if (tenant.name !== name.normalize('NFC').trim()) throw new InvalidRequest([{ pointer: '/name', detail: 'is not the name of the tenant' }]);
      if (deletion.status !== 'confirmed') await this.begin(tx, operator, tenant, deletion);
      return this.present(tx, deletion);
    });
  }

  /** At any time before the last of it is gone; what is gone until then stays so. @throws TenantNotFound, TenantDeleted, TenantNotLeaving */
  cancel(operator: Operator, tenantId: TenantId): Promise<TenantDeletionDto> {
    return this.mutations.forTenant(operator, tenantId, async (tx) => {
      await this.lockRules(tx);
      await this.departures.lock(tx);
      const deletions = await this.deletions.list(tx);
      const deletion = deletions.find(({ status }) => status === 'confirmed') ?? deletions.find(({ status }) => status === 'open');
      if (!deletion) throw new TenantNotLeaving();
      await this.deletions.end(tx, deletion.id, 'cancelled', await this.departures.now(tx));
      await this.journal.appendOfTenant(tx, { type: 'tenant.deletion_cancelled', actor: operator.actor, data: { deletionId: deletion.id } });
      if (deletion.status === 'confirmed') await this.bringBack(tx, operator, deletion);
      return this.present(tx, deletion);
    });
  }

  /** Whatever removes holds these until it is committed: once a cancel is answered nothing more goes. */
  private async lockRules(tx: TenantTx): Promise<void> {
    await enterPlatformGate(tx);
    await this.versions.lockInForce(tx);
  }

  private async begin(tx: TenantTx, { actor }: Operator, tenant: Departing, deletion: TenantDeletion): Promise<void> {
    requireOpen(deletion, tenant);
    const { at, wasSuspended } = await this.departures.begin(tx, tenant);
    const instances = await this.deletions.confirm(tx, deletion.id, wasSuspended, at);
    const event = await this.journal.appendOfTenant(tx, { type: 'tenant.deletion_confirmed', actor, data: { deletionId: deletion.id, instances } });
    await this.deletions.noteConfirmed(tx, deletion.id, event);
    if (!wasSuspended) await this.journal.appendOfTenant(tx, { type: 'tenant.suspended', actor, data: {} });
  }

  /** Removals that are scheduled for it are void from here on; the rescan takes them back. */
  private async bringBack(tx: TenantTx, { actor }: Operator, { wasSuspended }: TenantDeletion): Promise<void> {
    await this.departures.takeBack(tx, wasSuspended === true);
    if (!wasSuspended) await this.journal.appendOfTenant(tx, { type: 'tenant.resumed', actor, data: {} });
    await this.rescans.add(tx);
  }

  private async present(tx: TenantTx, { id }: TenantDeletion): Promise<TenantDeletionDto> {
    const deletions = await this.deletions.list(tx);
    return toTenantDeletionDto(deletions.find((one) => one.id === id)!);
  }
}

/** @throws TenantDeletionClosed */
function requireOpen({ status, tokenOver, tenantVersion }: TenantDeletion, { version, leavingSince }: Departing): void {
  if (status !== 'open') throw new TenantDeletionClosed('It was cancelled.');
  if (tokenOver) throw new TenantDeletionClosed('The ten minutes in which it could be confirmed are over.');
  if (leavingSince !== null) throw new TenantDeletionClosed('Another deletion of this tenant is under way.');
  if (tenantVersion !== version) throw new TenantDeletionClosed('The tenant was changed since it was asked for.');
}
