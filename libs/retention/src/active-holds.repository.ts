import { Injectable } from '@nestjs/common';
import { type Environment, idFrom, type InstanceId, uuidOf } from '#libs/contracts';
import type { TenantTx } from '#libs/platform';
import { type LabelSelector, selects } from './label-selector.js';
import type { Hold } from './retention-facts.js';

interface HoldRow {
  id: string;
  scope: Hold['scope'];
  environment: Environment | null;
  instance_id: string | null;
  selector: LabelSelector | null;
}

/** The holds in force, the operator's among them. To be read in a statement of its own after the lock that the reader waits for. */
@Injectable()
export class ActiveHoldsRepository {
  /** All that may cover one of these instances. */
  async on(tx: TenantTx, instanceIds: readonly InstanceId[]): Promise<Hold[]> {
    const rows = await tx.query<HoldRow[]>`
      SELECT id, scope, environment, instance_id, selector FROM active_holds
      WHERE tenant_id = ${uuidOf(tx.tenantId)}::uuid AND (instance_id IS NULL OR instance_id = ANY(${instanceIds.map(uuidOf)}::uuid[]))
      UNION ALL SELECT id, 'platform', NULL, NULL, NULL FROM platform_holds WHERE released_at IS NULL`;
    return rows.map(toHold);
  }

  /** All of the tenant. */
  async all(tx: TenantTx): Promise<Hold[]> {
    const rows = await tx.query<HoldRow[]>`
      SELECT id, scope, environment, instance_id, selector FROM active_holds WHERE tenant_id = ${uuidOf(tx.tenantId)}::uuid
      UNION ALL SELECT id, 'platform', NULL, NULL, NULL FROM platform_holds WHERE released_at IS NULL`;
    return rows.map(toHold);
  }
}

function toHold({ id, scope, environment, instance_id, selector }: HoldRow): Hold {
  const held = instance_id && idFrom('ins', instance_id);
  return {
    id: idFrom('hld', id),
    scope,
    covers: (facts) =>
      (environment === null || environment === facts.environment) && (held === null || held === facts.instanceId) && (selector === null || selects(selector, facts.labels)),
  };
}
