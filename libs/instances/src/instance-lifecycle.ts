import { Injectable } from '@nestjs/common';
import { Clock, type TenantTx } from '#libs/platform';
import type { Transition } from './instance.js';
import { InstancesRepository } from './instances.repository.js';
import { isMove } from './lifecycle-moves.js';

/** Moves an instance along its lifecycle. Only policy may call it (a lint rule), under the instance's lock and after decide(). */
@Injectable()
export class InstanceLifecycle {
  constructor(
    private readonly clock: Clock,
    private readonly instances: InstancesRepository,
  ) {}

  /** False when the instance no longer stands at `from`. @throws Error for a move that the table does not have */
  async move(tx: TenantTx, transition: Transition): Promise<boolean> {
    const { from, to } = transition;
    if (!isMove(from, to)) throw new Error(`There is no move from ${from} to ${to}`);
    return this.instances.move(tx, transition, await this.clock.now(tx));
  }
}
