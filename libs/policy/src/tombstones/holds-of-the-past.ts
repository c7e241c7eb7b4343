import { Injectable } from '@nestjs/common';
import type { InstanceId } from '#libs/contracts';
import { Journal, type TenantTx } from '#libs/platform';
import { HoldsRepository, type StoredHold } from '#libs/retention';
import { TOMBSTONES } from './tombstones.actor.js';

const PAGE = 100;

/** Holds on an instance that a backup has brought back: when it was purged they had been released, and the database would not let its key go under them. */
@Injectable()
export class HoldsOfThePast {
  constructor(
    private readonly holds: HoldsRepository,
    private readonly journal: Journal,
  ) {}

  /** Under the instance's lock. Those of wider scope stay: they are about others, too. */
  async release(tx: TenantTx, instanceId: InstanceId, at: Date): Promise<void> {
    let page: StoredHold[];
    do {
      page = await this.holds.list(tx, { instanceId, released: false }, null, PAGE);
      for (const { id: holdId } of page) {
        await this.holds.release(tx, holdId, at, TOMBSTONES);
        await this.journal.append(tx, { type: 'instance.hold_released', instanceId, actor: TOMBSTONES, data: { holdId } });
      }
    } while (page.length === PAGE);
  }
}
