import { Injectable } from '@nestjs/common';
import { type Actor, type InstanceId, newId, uuidOf } from '#libs/contracts';
import { InstanceLifecycle } from '#libs/instances';
import { InstancePayloads, Journal, type TenantTx } from '#libs/platform';
import type { Decided } from '../decisions.js';
import { CertificatesRepository } from './certificates.repository.js';
import { type Purge, type PurgeLogout, PurgesRepository } from './purges.repository.js';

/**
 * The removal itself. Called under the gate, the tenant's rules and the instance's lock: after decide() said so in this transaction, or for what was
 * purged before and came back with a backup.
 */
@Injectable()
export class PurgeAct {
  constructor(
    private readonly journal: Journal,
    private readonly lifecycle: InstanceLifecycle,
    private readonly payloads: InstancePayloads,
    private readonly purges: PurgesRepository,
    private readonly certificates: CertificatesRepository,
  ) {}

  /**
   * Of fixed cost: the key dies, and everything that was sealed with it. A job erases the rows. `told`: what the certificate says besides.
   * @throws when anything is not as it should be: nothing is removed
   */
  async carryOut(tx: TenantTx, { facts, decision, at }: Decided, actor: Actor, told: object = {}): Promise<void> {
    const { instanceId, environment } = facts;
    const purge = await this.purges.end(tx, instanceId, 'purged', at, actor);
    if (!purge) throw new Error(`${instanceId} is to be purged, which nobody has scheduled`);
    const logout = outcomeOf(purge, facts);
    if (purge.logout !== logout) await this.purges.noteLogout(tx, purge.id, logout);
    for (const payload of this.payloads.all()) await payload.purge(tx, instanceId);
    await destroyKey(tx, instanceId);
    const moved = await this.lifecycle.move(tx, { instanceId, from: 'purge_scheduled', to: 'purged', desiredState: 'stopped' });
    if (!moved) throw new Error(`${instanceId} is not scheduled to be purged under its own lock`);
    const certificate = { id: newId('crt'), purgeId: purge.id, instanceId, environment, decision: { ...traceOf(purge.cycle, decision), logout, ...told }, keysDestroyedAt: at };
    await this.certificates.insert(tx, certificate);
    const { intent, ruleId, policyVersion, scheduledEvent } = purge;
    const data = { purgeId: purge.id, certificateId: certificate.id, intent, ruleId, policyVersion };
    await this.journal.append(tx, { type: 'instance.purged', instanceId, actor, causationId: scheduledEvent ?? undefined, data });
  }
}

/** The archive goes with it. A hold on the instance makes the database refuse. */
async function destroyKey(tx: TenantTx, instanceId: InstanceId): Promise<void> {
  const destroyed = await tx.execute`
    DELETE FROM instance_payload WHERE tenant_id = ${uuidOf(tx.tenantId)}::uuid AND instance_id = ${uuidOf(instanceId)}::uuid`;
  if (destroyed !== 1) throw new Error(`The key of ${instanceId} is not there`);
}

/** The device left the account by that person's act when the session ended with it, and since then nobody paired another. */
function outcomeOf({ logout, scheduledAt }: Purge, { settledReason, reasonAt }: Decided['facts']): PurgeLogout {
  if (logout !== 'asked') return logout;
  return settledReason === 'logged_out' && reasonAt !== null && reasonAt >= scheduledAt.getTime() ? 'done' : 'failed';
}

function traceOf(cycle: number, { action, dueAt, rule, losers }: Decided['decision']): object {
  return { action, dueAt: dueAt === null ? null : new Date(dueAt).toISOString(), rule, losers, cycle };
}
