import { Injectable, Logger } from '@nestjs/common';
import type { TenantId } from '#libs/contracts';
import type { DeviceAddress } from '../protocol/addresses.js';
import { Doorbell } from '../server/doorbell.js';
import type { ActivePhone } from './active-phone.js';
import { PhoneMail } from './phone-mail.js';
import { type Arrival, PhoneQueue } from './phone-queue.js';
import { Phones } from './phones.js';

const PAGE = 50;

/** Phones are always online: they take what is in their queue, in order, one stanza per transaction. */
@Injectable()
export class PhoneReceiver {
  private readonly log = new Logger(PhoneReceiver.name);
  private readonly woken = new Set<TenantId>();
  /** phones at their queue, and whether they were rung for meanwhile */
  private readonly busy = new Map<string, boolean>();

  constructor(
    doorbell: Doorbell,
    private readonly queue: PhoneQueue,
    private readonly phones: Phones,
    private readonly mail: PhoneMail,
  ) {
    doorbell.onRing((tenantId, address) => {
      if (address.device === 0) void this.drain(tenantId, address);
    });
  }

  /** Once per tenant and process: the phones that an earlier process left with something to read. */
  async wake(tenantId: TenantId): Promise<void> {
    if (this.woken.has(tenantId)) return;
    this.woken.add(tenantId);
    for (const address of await this.queue.waiting(tenantId)) void this.drain(tenantId, address);
  }

  /** Never throws: what cannot be handled now is handled at the next ring. */
  private async drain(tenantId: TenantId, address: DeviceAddress): Promise<void> {
    const key = `${tenantId}/${address.number}`;
    if (this.busy.has(key)) return void this.busy.set(key, true);
    try {
      do {
        this.busy.set(key, false);
        await this.phones.use(tenantId, address.number, (phone) => this.takeAll(tenantId, address, phone));
      } while (this.busy.get(key));
    } catch (error) {
      this.log.warn(`a simulated phone could not read its queue: ${error instanceof Error ? error.name : 'unknown error'}`);
    } finally {
      this.busy.delete(key);
    }
  }

  private async takeAll(tenantId: TenantId, address: DeviceAddress, phone: ActivePhone): Promise<void> {
    for (let full = true; full; ) {
      const arrivals = await this.queue.next(tenantId, address, PAGE);
      for (const arrival of arrivals) await this.take(tenantId, address, phone, arrival);
      full = arrivals.length === PAGE;
    }
  }

  /** What comes from nobody known is dropped. */
  private async take(tenantId: TenantId, address: DeviceAddress, phone: ActivePhone, arrival: Arrival): Promise<void> {
    const effect = arrival.sender ? await this.mail.take(tenantId, phone, arrival.sender, arrival.stanza) : null;
    if (!(await this.queue.take(tenantId, address, arrival, effect))) phone.undo();
  }
}
