import { Injectable } from '@nestjs/common';
import { Database } from '#libs/platform';
import { DevicesRepository } from '../../store/devices.repository.js';
import { QueryFamily, type QueryOfDevice, type QueryTable, type Reply } from './query.js';

/** A device logs itself out. */
@Injectable()
export class CompanionQueries extends QueryFamily {
  readonly table: QueryTable = { 'md/set/remove-companion-device': (query) => this.remove(query) };

  constructor(
    private readonly database: Database,
    private readonly devices: DevicesRepository,
  ) {
    super();
  }

  private async remove({ connection, session }: QueryOfDevice): Promise<Reply> {
    await this.database.forTenant(connection.tenantId, (tx) => this.devices.remove(tx, session.address));
    return {};
  }
}
