import { Injectable } from '@nestjs/common';
import { type Caller, type InstanceId, isId } from '#libs/contracts';
import { Database, decodeCursor, InstanceNotFound, type Page, pageOf, type TenantTx } from '#libs/platform';
import { type InstanceDto, type ListInstancesQuery, toInstanceDto } from './instance.dto.js';
import { InstanceOverviewsRepository } from './instance-overviews.repository.js';
import { parseFilter } from './parse-filter.js';

const isInstanceKey = (key: unknown[]): key is [InstanceId] => key.length === 1 && typeof key[0] === 'string' && isId('ins', key[0]);

/** What readers see of instances. */
@Injectable()
export class InstanceViews {
  constructor(
    private readonly database: Database,
    private readonly overviews: InstanceOverviewsRepository,
  ) {}

  read(caller: Caller, id: InstanceId): Promise<InstanceDto> {
    return this.database.readForCaller(caller, (tx) => this.present(tx, id));
  }

  async list(caller: Caller, query: ListInstancesQuery): Promise<Page<InstanceDto>> {
    const before = decodeCursor(query.cursor, isInstanceKey)?.[0] ?? null;
    const rows = await this.database.readForCaller(caller, (tx) => this.overviews.list(tx, parseFilter(query), before, query.limit + 1));
    return pageOf(rows, query.limit, toInstanceDto, ({ id }) => [id]);
  }

  /** As a reader sees it, inside a unit of work. @throws InstanceNotFound */
  async present(tx: TenantTx, id: InstanceId): Promise<InstanceDto> {
    const overview = await this.overviews.find(tx, id);
    if (!overview) throw new InstanceNotFound();
    return toInstanceDto(overview);
  }
}
