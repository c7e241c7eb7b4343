import { Injectable } from '@nestjs/common';
import type { TenantId } from '#libs/contracts';
import { Database, InvalidRequest } from '#libs/platform';
import { PhonesService } from '../control/phones.service.js';
import { WhatsAppServer } from '../server/whatsapp-server.js';
import { type Load, type LoadCounts, LoadsRepository } from '../store/loads.repository.js';
import { LoadNotFound } from './load.errors.js';
import { isEven, numberAt } from './number-range.js';

export interface LoadState extends Load, LoadCounts {
  /** devices of the tenant that are logged in */
  connected: number;
}

/** Phones by the thousand: made at once, with numbers that follow each other. */
@Injectable()
export class LoadsService {
  constructor(
    private readonly database: Database,
    private readonly loads: LoadsRepository,
    private readonly phones: PhonesService,
    private readonly server: WhatsAppServer,
  ) {}

  /** Safe to repeat, and to ask again for more; phones that are there stay as they are. @throws InvalidRequest, TooManyPhones */
  async put(tenantId: TenantId, load: Load): Promise<LoadState> {
    if (!isEven(load)) throw new InvalidRequest([{ pointer: '/firstNumber', detail: 'must leave room for so many numbers of as many digits' }]);
    await this.phones.createAll(tenantId, Array.from({ length: load.count }, (_, place) => numberAt(load, place)));
    await this.database.forTenant(tenantId, (tx) => this.loads.put(tx, load));
    return this.read(tenantId);
  }

  /** @throws LoadNotFound */
  async read(tenantId: TenantId): Promise<LoadState> {
    const connected = this.server.connectionsOf(tenantId).filter(({ session, isOpen }) => session && isOpen).length;
    return this.database.forTenant(tenantId, async (tx) => {
      const load = await this.loads.find(tx);
      if (!load) throw new LoadNotFound();
      return { ...load, ...(await this.loads.counts(tx, load)), connected };
    });
  }
}
