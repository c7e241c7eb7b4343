import { uuidOf } from '#libs/contracts';
import type { Adversary } from './adversaries.js';
import { Course, type Side } from './course.js';
import { judge } from './judge.js';
import type { RemovalGround } from './removal-ground.js';
import type { Race } from './run-race.js';
import { outside } from './statement-gates.js';
import { arrangeSubject, type By, remove, type Subject } from './subject.js';

/** What is asked instead of a statement, and what is done instead of a removal: how a guard is taken out. */
export interface Sabotage {
  alter?: (side: Side, text: string) => string;
  remove?: (ground: RemovalGround, subject: Subject) => Promise<unknown>;
}

export interface Met {
  faults: string[];
  isGone: boolean;
  wasLetThrough: boolean;
}

/** One removal meets one adversary in this race; then the world is looked at. */
export async function meet(ground: RemovalGround, adversary: Adversary, by: By, race: Race, sabotage: Sabotage = {}): Promise<Met> {
  const { prepare, after, policy, two, isUnnoticed } = adversary;
  const subject = await arrangeSubject(ground, { by, policy, two, isUnnoticed });
  const act = await prepare(ground, subject);
  const before = two ? null : await othersOf(ground, subject);
  let sawItGone = false;
  const watch = { waits: (pid: number) => waits(ground, pid), locked: async () => void (sawItGone = await outside(() => isPurged(ground, subject))) };
  const course = (side: Side) => new Course(side, watch, (text) => sabotage.alter?.(side, text) ?? text);
  const courses = { removal: course('removal'), adversary: course('adversary') };
  const removal = sabotage.remove ?? ((there, { id }) => remove(there, subject, id));
  await race({ course: courses.removal, act: () => removal(ground, subject) }, { course: courses.adversary, act });
  await after?.(ground);
  const faults = await judge(ground, adversary, subject, { ...courses, sawItGone });
  if (before !== null && (await othersOf(ground, subject)) !== before) faults.push('I4: something of another instance was changed');
  return { faults, isGone: await isPurged(ground, subject), wasLetThrough: courses.adversary.outcome!.acted };
}

const isPurged = async (ground: RemovalGround, { id }: Subject): Promise<boolean> =>
  (await ground.look(`SELECT 1 FROM instances WHERE id = $1 AND lifecycle = 'purged'`, uuidOf(id))).length > 0;

const waits = async (ground: RemovalGround, pid: number): Promise<boolean> => (await ground.look('SELECT 1 FROM pg_locks WHERE pid = $1 AND NOT granted', pid)).length > 0;

/** What there is of the one beside it. */
async function othersOf(ground: RemovalGround, { second }: Subject): Promise<string> {
  const rows = await ground.look(
    `SELECT to_jsonb(i) AS i, to_jsonb(p) AS p, to_jsonb(h) AS h FROM instances i JOIN instance_payload p ON p.instance_id = i.id JOIN instance_heads h ON h.instance_id = i.id WHERE i.id = $1`,
    uuidOf(second),
  );
  return JSON.stringify(rows);
}
