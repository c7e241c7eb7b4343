import { uuidOf } from '#libs/contracts';
import { InstanceKeyMissing, Problem } from '#libs/platform';
import { Erasure } from '../../../libs/policy/src/removal/erasure.js';
import { type Adversary, Refused } from './adversaries.js';
import type { Course } from './course.js';
import type { RemovalGround } from './removal-ground.js';
import type { Subject } from './subject.js';

interface World {
  lifecycle: string;
  keys: number;
  purges: number;
  certificates: number;
  entries: number;
  jobs: number;
  tombstone: boolean;
  graced: boolean;
  agreed: number;
  noticed: boolean;
  day: number;
}

/** What each of two racers has done, and what the adversary found when it had its lock. */
export interface Finish {
  removal: Course;
  adversary: Course;
  sawItGone: boolean;
}

/** What is wrong with the world after a race, in sentences that begin with the invariant. None: all is well. */
export async function judge(ground: RemovalGround, { name, claim, policy }: Adversary, subject: Subject, { removal, adversary, sawItGone }: Finish): Promise<string[]> {
  const world = await readWorld(ground, subject);
  const isGone = world.lifecycle === 'purged';
  const fault = (isOne: boolean, sentence: string) => (isOne ? [sentence] : []);
  const limits = policy as { approvals?: object; limits?: object; notice?: object } | undefined;
  return [
    ...fault(isGone && claim === 'kept', `I8: it was removed in spite of ${name}`),
    ...fault(isGone && claim === 'keeps' && adversary.outcome!.acted && !sawItGone, `I1: ${name} was let through while it was there, and it was removed all the same`),
    ...fault(isGone && limits?.approvals !== undefined && world.agreed < 1, 'I9: nobody had approved'),
    ...fault(isGone && limits?.notice !== undefined && !world.noticed, 'I6: notice of it was not given in time'),
    ...fault(limits?.limits !== undefined && world.day > 1, `I10: ${world.day} were removed on a day on which one may be`),
    ...faultsOfRemoval(world, isGone),
    ...fellOver(removal, 'the removal'),
    ...fellOver(adversary, name),
    ...(await faultsAfterErasure(ground, subject, isGone)),
  ];
}

function faultsOfRemoval({ keys, purges, certificates, entries, jobs, tombstone, graced }: World, isGone: boolean): string[] {
  const counts = { purges, certificates, entries, jobs };
  const wanted = isGone ? 1 : 0;
  const wrong = Object.entries(counts).filter(([, n]) => n !== wanted);
  return [
    ...(wrong.length > 0 ? [`I3: it is ${isGone ? 'gone' : 'there'} with ${wrong.map(([what, n]) => `${n} ${what}`).join(', ')}`] : []),
    ...(keys === wanted ? [`I12: it is ${isGone ? 'gone' : 'there'} with ${keys} keys`] : []),
    ...(isGone && !tombstone ? ['I19: what is left of it says something'] : []),
    ...(isGone && !graced ? ['I5: it was removed before its grace was over'] : []),
  ];
}

/** Refusing is an answer; anything else is not. */
function fellOver({ outcome }: Course, who: string): string[] {
  if (outcome!.acted || [Problem, Refused, InstanceKeyMissing].some((kind) => (outcome as { error: unknown }).error instanceof kind)) return [];
  return [`${who} fell over: ${String((outcome as { error: unknown }).error)}`];
}

/** What the job does that a removal leaves behind; then nothing of it is left. */
async function faultsAfterErasure(ground: RemovalGround, { caller: { tenantId }, id }: Subject, isGone: boolean): Promise<string[]> {
  if (!isGone) return [];
  await ground.get(Erasure).onPurged({ tenantId, instanceId: id } as never);
  const [left] = await ground.look<{ n: number }>('SELECT count(*)::int AS n FROM messages WHERE instance_id = $1', uuidOf(id));
  return left!.n > 0 ? [`I19: ${left!.n} messages are left of it`] : [];
}

async function readWorld(ground: RemovalGround, { caller: { tenantId }, id }: Subject): Promise<World> {
  const [world] = await ground.look<World>(
    `SELECT i.lifecycle, i.name IS NULL AND i.labels = '{}' AS tombstone,
       (SELECT count(*)::int FROM instance_payload WHERE instance_id = i.id) AS keys,
       (SELECT count(*)::int FROM purges WHERE instance_id = i.id AND status = 'purged') AS purges,
       (SELECT count(*)::int FROM purge_certificates WHERE instance_id = i.id) AS certificates,
       (SELECT count(*)::int FROM journal WHERE instance_id = i.id AND type = 'instance.purged') AS entries,
       (SELECT count(*)::int FROM pgboss.job WHERE name = 'policy.erase' AND data ->> 'instanceId' = $2) AS jobs,
       COALESCE((SELECT c.keys_destroyed_at - GREATEST(p.scheduled_at, t.activated_at,
                   (SELECT max(h.released_at) FROM hold_history h WHERE h.tenant_id = i.tenant_id AND h.released_at <= c.keys_destroyed_at)) >= interval '10 seconds'
                 FROM purge_certificates c JOIN purges p ON p.id = c.purge_id LEFT JOIN tenant_retention t ON t.tenant_id = i.tenant_id AND p.intent = 'rule' AND t.activated_at <= c.keys_destroyed_at
                 WHERE c.instance_id = i.id), true) AS graced,
       (SELECT count(DISTINCT a.key_id)::int FROM purge_approvals a JOIN purges p ON p.id = a.purge_id WHERE p.instance_id = i.id AND p.status = 'purged' AND a.approved_at <= p.ended_at) AS agreed,
       EXISTS (SELECT 1 FROM purge_notices n JOIN purge_certificates c ON c.tenant_id = n.tenant_id AND c.purge_id = n.purge_id
               WHERE c.tenant_id = i.tenant_id AND c.instance_id = i.id AND n.delivered_at <= c.keys_destroyed_at - interval '10 seconds'
                 AND NOT EXISTS (SELECT 1 FROM hold_history h WHERE h.tenant_id = n.tenant_id AND h.released_at BETWEEN n.delivered_at AND c.keys_destroyed_at)) AS noticed,
       (SELECT count(*)::int FROM purges p WHERE p.tenant_id = i.tenant_id AND p.status = 'purged' AND p.intent = 'rule') AS day
     FROM instances i WHERE i.id = $1`,
    ...[uuidOf(id), id],
  );
  if (!world) throw new Error(`There is no ${id} in ${tenantId}`);
  return world;
}
