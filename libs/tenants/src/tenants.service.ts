import { Injectable } from '@nestjs/common';
import { isId, newId, type Operator, type TenantEventName, type TenantId } from '#libs/contracts';
import { Clock, decodeCursor, HttpSettings, Journal, Mutations, type Page, type PageQuery, pageOf, shutPlatformGate, type TenantTx } from '#libs/platform';
import { type CreateTenantDto, type PatchTenantDto, type TenantDto, toTenantDto } from './tenant.dto.js';
import { patchQuotas } from './tenant-quotas.js';
import { TenantDeleted, TenantLeaving, TenantNotFound } from './tenants.errors.js';
import { type Tenant, TenantsRepository } from './tenants.repository.js';

const isTenantKey = (key: unknown[]): key is [TenantId] => key.length === 1 && typeof key[0] === 'string' && isId('ten', key[0]);

@Injectable()
export class TenantsService {
  constructor(
    private readonly mutations: Mutations,
    private readonly clock: Clock,
    private readonly journal: Journal,
    private readonly tenants: TenantsRepository,
    private readonly settings: HttpSettings,
  ) {}

  create(operator: Operator, { name, quotas = {} }: CreateTenantDto): Promise<TenantDto> {
    const id = newId('ten');
    return this.mutations.forTenant(operator, id, async (tx) => {
      const createdAt = await this.clock.now(tx);
      await this.tenants.insert(tx, { id, name, quotas: patchQuotas({}, quotas), createdAt });
      await this.journal.appendOfTenant(tx, { type: 'tenant.created', actor: operator.actor, data: {} });
      return this.present(tx);
    });
  }

  async read(id: TenantId): Promise<TenantDto> {
    return this.toDto(await this.tenants.find(id));
  }

  async list({ cursor, limit }: PageQuery): Promise<Page<TenantDto>> {
    const after = decodeCursor(cursor, isTenantKey)?.[0] ?? null;
    return pageOf(await this.tenants.list(after, limit + 1), limit, (tenant) => this.toDto(tenant), ({ id }) => [id]);
  }

  patch(operator: Operator, id: TenantId, patch: PatchTenantDto): Promise<TenantDto> {
    return this.mutations.forTenant(operator, id, async (tx) => {
      const tenant = await this.lock(tx);
      const changed = { name: patch.name ?? tenant.name, quotas: patchQuotas(tenant.quotas, patch.quotas ?? {}) };
      const fields = (['name', 'quotas'] as const).filter((field) => JSON.stringify(changed[field]) !== JSON.stringify(tenant[field]));
      if (fields.length > 0) {
        await this.tenants.change(tx, changed);
        await this.journal.appendOfTenant(tx, { type: 'tenant.changed', actor: operator.actor, data: { fields } });
      }
      return this.present(tx);
    });
  }

  /** Its sessions are closed, its keys only read, its clocks stand still: when it answers, nothing of it is removed any more. Suspending what is suspended changes nothing. */
  suspend(operator: Operator, id: TenantId): Promise<TenantDto> {
    return this.turn(operator, id, 'tenant.suspended', async (tx, { suspendedAt }) => {
      if (suspendedAt === null) await this.tenants.suspend(tx, await this.clock.now(tx));
      return suspendedAt === null;
    });
  }

  /** Its sessions come back by themselves. Resuming what is not suspended changes nothing. @throws TenantLeaving */
  resume(operator: Operator, id: TenantId): Promise<TenantDto> {
    return this.turn(operator, id, 'tenant.resumed', async (tx, { suspendedAt, leavingSince }) => {
      if (leavingSince !== null) throw new TenantLeaving();
      if (suspendedAt !== null) await this.tenants.resume(tx, await this.clock.now(tx));
      return suspendedAt !== null;
    });
  }

  private turn(operator: Operator, id: TenantId, type: Turn, apply: (tx: TenantTx, tenant: Tenant) => Promise<boolean>): Promise<TenantDto> {
    return this.mutations.forTenant(operator, id, async (tx) => {
      if (type === 'tenant.suspended') await shutPlatformGate(tx);
      const changed = await apply(tx, await this.lock(tx));
      if (changed) await this.journal.appendOfTenant(tx, { type, actor: operator.actor, data: {} });
      return this.present(tx);
    });
  }

  /** @throws TenantNotFound, TenantDeleted, VersionChanged */
  private async lock(tx: TenantTx): Promise<Tenant> {
    const tenant = await this.tenants.lock(tx);
    if (!tenant) throw new TenantNotFound();
    if (tenant.deletedAt !== null) throw new TenantDeleted();
    await tx.precondition?.require(() => Promise.resolve(tenant.version));
    return tenant;
  }

  private async present(tx: TenantTx): Promise<TenantDto> {
    return this.toDto(await this.tenants.read(tx));
  }

  private toDto(tenant: Tenant | null): TenantDto {
    if (!tenant) throw new TenantNotFound();
    return toTenantDto(tenant, this.settings.requestsPerMinute);
  }
}

type Turn = Extract<TenantEventName, 'tenant.suspended' | 'tenant.resumed'>;
