import { Injectable } from '@nestjs/common';
import type { Actor, EventId, InstanceId } from '#libs/contracts';
import type { TenantTx } from '../database/tenant-tx.js';
import { seesInstance } from '../instances/instance-head.js';
import { Journal } from '../journal/journal.js';

export interface RefusedAttempt {
  actor: Actor;
  causationId?: EventId;
  /** null: of the tenant itself, or of nothing that this transaction can see */
  instanceId: InstanceId | null;
  operationId: string;
  code: string;
  status: number;
}

/** Journals what somebody was kept from. What they cannot see is not told from what is not there: it is an entry of the tenant, without an id. */
@Injectable()
export class RefusedAttempts {
  constructor(private readonly journal: Journal) {}

  async append(tx: TenantTx, { actor, causationId, instanceId, ...data }: RefusedAttempt): Promise<void> {
    const entry = { actor, causationId, data };
    if (instanceId !== null && (await seesInstance(tx, instanceId))) await this.journal.append(tx, { ...entry, type: 'instance.attempt_refused', instanceId });
    else await this.journal.appendOfTenant(tx, { ...entry, type: 'tenant.attempt_refused' });
  }
}
