import { Injectable } from '@nestjs/common';
import { isId, newId, type Operator, type TenantId } from '#libs/contracts';
import { Clock, Database, decodeCursor, Journal, type Page, type PageQuery, pageOf } from '#libs/platform';
import { type CreateTenantDto, type TenantDto, toTenantDto } from './tenant.dto.js';
import { TenantNotFound } from './tenants.errors.js';
import { TenantsRepository } from './tenants.repository.js';

const isTenantKey = (key: unknown[]): key is [TenantId] => key.length === 1 && typeof key[0] === 'string' && isId('ten', key[0]);

@Injectable()
export class TenantsService {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly journal: Journal,
    private readonly tenants: TenantsRepository,
  ) {}

  create(operator: Operator, { name }: CreateTenantDto): Promise<TenantDto> {
    const id = newId('ten');
    return this.database.forTenant(id, async (tx) => {
      const tenant = { id, name, createdAt: await this.clock.now(tx) };
      await this.tenants.insert(tx, tenant);
      await this.journal.appendOfTenant(tx, { type: 'tenant.created', actor: operator.actor, data: {} });
      return toTenantDto(tenant);
    });
  }

  async read(id: TenantId): Promise<TenantDto> {
    const tenant = await this.tenants.find(id);
    if (!tenant) throw new TenantNotFound();
    return toTenantDto(tenant);
  }

  async list({ cursor, limit }: PageQuery): Promise<Page<TenantDto>> {
    const after = decodeCursor(cursor, isTenantKey)?.[0] ?? null;
    return pageOf(await this.tenants.list(after, limit + 1), limit, toTenantDto, ({ id }) => [id]);
  }
}
