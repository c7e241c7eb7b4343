import { uuidOf } from '#libs/contracts';
import { ActiveHoldsRepository, type RetentionFacts, RetentionFactsRepository } from '#libs/retention';
import { Decisions } from '../../../libs/policy/src/decisions.js';
import { CertificatesRepository } from '../../../libs/policy/src/removal/certificates.repository.js';
import { RetentionScheduler } from '../../../libs/policy/src/retention-scheduler.js';
import type { Side } from './course.js';
import type { Sabotage } from './meet.js';
import type { RemovalGround } from './removal-ground.js';
import { replace } from './replace.js';
import { presentCourse } from './statement-gates.js';
import type { By, Subject } from './subject.js';

/** What keeps a removal safe, and how it is taken out of one. */
export interface Guard {
  name: string;
  /** who gets past it then, and what must be reported */
  adversary: string;
  by: By;
  reports: RegExp;
  sabotage?: Sabotage;
  /** Replaces a method of the product's own; gives what puts it back. */
  takeOut?(ground: RemovalGround): () => void;
}

const WITHOUT = { reports: /^I1:/, by: 'rule' } as const;

export const GUARDS: readonly Guard[] = [
  { ...WITHOUT, name: 'the gate of the platform', adversary: 'the kill switch', sabotage: { alter: asked('removal', 'pg_advisory_xact_lock_shared($1::bigint)', '$1::bigint') } },
  { ...WITHOUT, name: 'the gate before a suspension', adversary: 'the suspension of the tenant', sabotage: { alter: asked('adversary', 'pg_advisory_xact_lock($1::bigint)', '$1::bigint') } },
  { ...WITHOUT, name: "the lock of the tenant's rules, before a hold", adversary: 'a hold on the tenant', sabotage: { alter: rulesUnlocked } },
  { ...WITHOUT, name: "the lock of the tenant's rules, before another version", adversary: 'a version that is off', sabotage: { alter: rulesUnlocked } },
  { ...WITHOUT, name: 'the lock of the instance', adversary: 'deletion protection', sabotage: { alter: instanceUnlocked } },
  { ...WITHOUT, name: 'the lock of the instance, before a connection', adversary: 'a connection', sabotage: { alter: instanceUnlocked } },
  { ...WITHOUT, name: 'the look after the lock', adversary: 'a connection', takeOut: lookFirst },
  { ...WITHOUT, name: 'the check of the holds', adversary: 'a hold on its label', takeOut: (ground) => replace(ground.get(ActiveHoldsRepository), 'on', () => Promise.resolve([])) },
  { ...WITHOUT, name: 'the check of the cycle', by: 'person', adversary: 'a new cycle of the instance', takeOut: withFacts(({ schedule, cycle }) => ({ cycle: schedule?.cycle ?? cycle })) },
  { ...WITHOUT, name: 'the check of the kill switch', adversary: 'the kill switch', takeOut: withFacts(() => ({ killSwitch: false })) },
  { ...WITHOUT, name: 'the check of protection', by: 'person', adversary: 'deletion protection', takeOut: withFacts(() => ({ deletionProtection: false })) },
  { name: 'the grace after the release of a hold', by: 'rule', adversary: 'the release of a hold', reports: /^I8:/, takeOut: withFacts(() => ({ holdReleasedAt: null })) },
  { name: 'the check of the approvals', by: 'rule', adversary: 'the approval that is missing', reports: /^I9:/, takeOut: withFacts(() => ({ approvals: 9 })) },
  { name: 'the check of the notice', by: 'rule', adversary: 'the notice that is missing', reports: /^I6:/, takeOut: withFacts(() => ({ noticeDeliveredAt: 1 })) },
  { name: 'the notice after the release of a hold', by: 'rule', adversary: 'notice that was given before a hold was released', reports: /^I6:/, takeOut: withFacts(() => ({ holdReleasedAt: null })) },
  { name: 'the limit of a day', by: 'rule', adversary: 'the removal of another one under a limit of one a day', reports: /^I10:/, takeOut: withFacts(() => ({ removals: { last24h: 0, freesAt: null } })) },
  { name: 'the certificate', by: 'rule', adversary: 'a second sweep', reports: /^I3:/, takeOut: (ground) => replace(ground.get(CertificatesRepository), 'insert', () => Promise.resolve()) },
  { name: 'everything: one plain statement that asks for holds itself', by: 'rule', adversary: 'a hold on the tenant', reports: /^I1:/, sabotage: { remove: removePlainly } },
  { name: 'everything: and no word of it anywhere', by: 'rule', adversary: 'another name', reports: /^I3:/, sabotage: { remove: removePlainly } },
];

/** In the statements of one of the two. */
function asked(of: Side, part: string, instead: string): Sabotage['alter'] {
  return (side, text) => (side === of ? text.replace(part, instead) : text);
}

function rulesUnlocked(side: Side, text: string): string {
  return side === 'removal' && text.includes('FROM tenant_retention') ? text.replace('FOR NO KEY UPDATE', '') : text;
}

function instanceUnlocked(side: Side, text: string): string {
  return side === 'removal' && text.includes('FROM instance_heads') ? text.replace('FOR UPDATE', '') : text;
}

function withFacts(change: (facts: RetentionFacts) => Partial<RetentionFacts>): Guard['takeOut'] {
  return (ground) => {
    const repository = ground.get(RetentionFactsRepository);
    const of = repository.of.bind(repository);
    return replace(repository, 'of', async (...asked) => {
      const all = await of(...asked);
      return presentCourse() ? all.map((facts) => ({ ...facts, ...change(facts) })) : all;
    });
  };
}

/** As one statement that locks and reads would see it: what was there before the wait. */
function lookFirst(ground: RemovalGround): () => void {
  const scheduler = ground.get(RetentionScheduler);
  const reschedule = scheduler.reschedule.bind(scheduler);
  return replace(scheduler, 'reschedule', async (tx, ids) => {
    if (presentCourse()?.side !== 'removal') return reschedule(tx, ids);
    const decided = await ground.get(Decisions).look(tx, ids);
    await reschedule(tx, ids);
    return decided;
  });
}

/** The removal that everybody writes first. */
function removePlainly(ground: RemovalGround, { caller, id }: Subject): Promise<unknown> {
  return ground.database.forTenant(caller.tenantId, async (tx) => {
    const gone = await tx.execute`
      DELETE FROM instance_payload p WHERE p.instance_id = ${uuidOf(id)}::uuid AND NOT EXISTS (SELECT 1 FROM active_holds h WHERE h.tenant_id = p.tenant_id)`;
    if (gone === 0) return;
    await tx.execute`
      UPDATE instances SET lifecycle = 'purged', lifecycle_from = NULL, purge_intent = NULL, purge_cycle = NULL, name = NULL, name_key = NULL, labels = '{}' WHERE id = ${uuidOf(id)}::uuid`;
  });
}
