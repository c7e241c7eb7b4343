import { Injectable } from '@nestjs/common';
import type { DesiredState, InstanceId, Lifecycle } from '#libs/contracts';
import { Clock, type TenantTx } from '#libs/platform';
import { InstancesRepository } from './instances.repository.js';
import { isMove } from './lifecycle-moves.js';

export interface Transition {
  instanceId: InstanceId;
  from: Lifecycle;
  to: Lifecycle;
  /** what the instance should do afterwards; archiving always stops it */
  desiredState: DesiredState;
}

/** Moves an instance along its lifecycle. Only policy may call it (a lint rule), under the instance's lock and after decide(). */
@Injectable()
export class InstanceLifecycle {
  constructor(
    private readonly clock: Clock,
    private readonly instances: InstancesRepository,
  ) {}

  /** False when the instance no longer stands at `from`. @throws Error for a move that the table does not have */
  async move(tx: TenantTx, { instanceId, from, to, desiredState }: Transition): Promise<boolean> {
    if (!isMove(from, to)) throw new Error(`There is no move from ${from} to ${to}`);
    return this.instances.move(tx, instanceId, from, to, desiredState, await this.clock.now(tx));
  }
}
