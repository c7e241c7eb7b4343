import { Injectable } from '@nestjs/common';
import type { TenantId } from '#libs/contracts';
import type { DeviceAddress } from '../protocol/addresses.js';

type Listener = (tenantId: TenantId, address: DeviceAddress) => void;

/** Tells whoever serves a device that its queue has something new. A ring may be lost: the queue is the truth. */
@Injectable()
export class Doorbell {
  private readonly listeners = new Set<Listener>();

  onRing(listener: Listener): void {
    this.listeners.add(listener);
  }

  ring(tenantId: TenantId, addresses: DeviceAddress[]): void {
    for (const address of addresses) for (const listener of this.listeners) listener(tenantId, address);
  }
}
