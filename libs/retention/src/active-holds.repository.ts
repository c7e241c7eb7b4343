import { Injectable } from '@nestjs/common';
import { idFrom, uuidOf } from '#libs/contracts';
import type { TenantTx } from '#libs/platform';
import type { Hold } from './retention-facts.js';

interface HoldRow {
  id: string;
  scope: 'instance' | 'selector' | 'tenant';
  instance_id: string | null;
}

/** The holds in force. To be read in a statement of its own after the lock that the reader waits for. */
@Injectable()
export class ActiveHoldsRepository {
  async all(tx: TenantTx): Promise<Hold[]> {
    const rows = await tx.query<HoldRow[]>`
      SELECT id, scope, instance_id FROM active_holds WHERE tenant_id = ${uuidOf(tx.tenantId)}::uuid`;
    return rows.map(toHold);
  }
}

/** A selector is not read yet: until it is, such a hold covers everything, which errs on the side of keeping. */
function toHold({ id, scope, instance_id }: HoldRow): Hold {
  const held = instance_id && idFrom('ins', instance_id);
  return { id: idFrom('hld', id), scope, covers: ({ instanceId }) => held === null || held === instanceId };
}
