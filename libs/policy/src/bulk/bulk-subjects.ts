import { Injectable } from '@nestjs/common';
import { idFrom, type InstanceId, isId, uuidOf } from '#libs/contracts';
import { Clock, type FieldFault, InvalidRequest, type TenantTx } from '#libs/platform';
import { ActiveHoldsRepository, decide, type Hold, type LabelSelector, PolicyVersions, type RetentionFacts, RetentionFactsRepository, type RetentionPolicy } from '#libs/retention';
import { archiveRefusal } from '../archive-refusal.js';
import type { BulkAction, BulkMember } from './bulk-request.js';

/** What a label may select at once. */
const MOST = 10_000;
const PAGE = 500;

interface MemberRow {
  id: string;
  version: number;
}

/** Finds the instances that a bulk request is about, once, and looks at what would be refused. */
@Injectable()
export class BulkSubjects {
  constructor(
    private readonly clock: Clock,
    private readonly versions: PolicyVersions,
    private readonly facts: RetentionFactsRepository,
    private readonly holds: ActiveHoldsRepository,
  ) {}

  /** @throws InvalidRequest naming each that this transaction cannot see */
  async named(tx: TenantTx, ids: readonly string[]): Promise<BulkMember[]> {
    const known = ids.filter((id): id is InstanceId => isId('ins', id));
    const rows = await tx.query<MemberRow[]>`
      SELECT id, version FROM instance_overview WHERE tenant_id = ${uuidOf(tx.tenantId)}::uuid AND id = ANY(${known.map(uuidOf)}::uuid[]) ORDER BY id`;
    const members = rows.map(toMember);
    const seen = new Set<string>(members.map(({ instanceId }) => instanceId));
    const faults: FieldFault[] = ids.flatMap((id, i) => (seen.has(id) ? [] : [{ pointer: `/ids/${i}`, detail: 'is not the id of an instance of this key' }]));
    if (faults.length > 0) throw new InvalidRequest(faults);
    return members;
  }

  /** Of those that are not gone. @throws InvalidRequest when there are none, or too many */
  async labelled(tx: TenantTx, { key, value }: LabelSelector): Promise<BulkMember[]> {
    const rows = await tx.query<MemberRow[]>`
      SELECT id, version FROM instance_overview
      WHERE tenant_id = ${uuidOf(tx.tenantId)}::uuid AND lifecycle <> 'purged' AND labels ? ${key}::text AND (${value}::text IS NULL OR labels ->> ${key}::text = ${value}::text)
      ORDER BY id LIMIT ${MOST + 1}`;
    const detail = rows.length === 0 ? 'selects no instance' : `selects more than ${MOST} instances`;
    if (rows.length === 0 || rows.length > MOST) throw new InvalidRequest([{ pointer: '/selector', detail }]);
    return rows.map(toMember);
  }

  /** Why, how often, as things are. */
  async wouldRefuse(tx: TenantTx, action: BulkAction, members: readonly BulkMember[]): Promise<Record<string, number>> {
    const counts: Record<string, number> = {};
    const [policy, now] = [await this.versions.inForce(tx), (await this.clock.now(tx)).getTime()];
    for (let at = 0; at < members.length; at += PAGE) {
      const ids = members.slice(at, at + PAGE).map(({ instanceId }) => instanceId);
      const holds = action === 'delete' ? await this.holds.on(tx, ids) : [];
      for (const facts of await this.facts.of(tx, ids)) {
        const reason = action === 'delete' ? deletionRefusal(policy, facts, holds, now) : archiveRefusal(facts)?.doc.code;
        if (reason) counts[reason] = (counts[reason] ?? 0) + 1;
      }
    }
    return counts;
  }
}

function deletionRefusal(policy: RetentionPolicy, facts: RetentionFacts, holds: readonly Hold[], now: number): string | undefined {
  if (facts.lifecycle === 'purged') return 'deletion-carried-out';
  if (facts.deletionProtection) return 'deletion-protected';
  return decide(policy, { ...facts, schedule: null }, holds, now, 'person').blockers[0]?.code;
}

const toMember = ({ id, version }: MemberRow): BulkMember => ({ instanceId: idFrom('ins', id), version });
