import { Injectable } from '@nestjs/common';
import type { TenantId } from '#libs/contracts';
import { Database } from '#libs/platform';
import { type Account, type DeviceAddress, parseJid } from '../protocol/addresses.js';
import type { Stanza } from '../protocol/stanza.js';
import { Directory } from '../store/directory.js';
import { type QueuedStanza, StanzaQueue } from '../store/stanza-queue.repository.js';
import type { Effect } from './effect.js';

/** Something in a phone's queue, and who it comes from; undefined when nobody has that name. */
export interface Arrival extends QueuedStanza {
  sender: Account | undefined;
}

/** A phone's own end of its queue. */
@Injectable()
export class PhoneQueue {
  constructor(
    private readonly database: Database,
    private readonly queue: StanzaQueue,
    private readonly directory: Directory,
  ) {}

  /** The phones of a tenant that have something to do. */
  waiting(tenantId: TenantId): Promise<DeviceAddress[]> {
    return this.database.forTenant(tenantId, (tx) => this.queue.waitingPhones(tx));
  }

  /** The oldest, at most `limit`. */
  next(tenantId: TenantId, address: DeviceAddress, limit: number): Promise<Arrival[]> {
    return this.database.forTenant(tenantId, async (tx) => {
      const queued = await this.queue.after(tx, address, 0n, limit);
      const accounts = await this.directory.accounts(tx, queued.flatMap(({ stanza }) => senderIn(stanza) ?? []));
      return queued.map((one) => ({ ...one, sender: accounts.find(({ number, lid }) => [number, lid].includes(senderIn(one.stanza) ?? '')) }));
    });
  }

  /** Takes it out together with what it changes. False when another process was faster: nothing is changed then. */
  take(tenantId: TenantId, address: DeviceAddress, { position }: QueuedStanza, effect: Effect | null): Promise<boolean> {
    return this.database.forTenant(tenantId, async (tx) => {
      const taken = await this.queue.remove(tx, address, position);
      if (taken) await effect?.(tx);
      return taken;
    });
  }
}

function senderIn({ attrs }: Stanza): string | undefined {
  return parseJid(attrs.participant ?? attrs.from)?.user;
}
