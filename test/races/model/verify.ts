import type { InstanceId } from '#libs/contracts';
import { type Expectation, type Reality, reasonsAgainst, type Told } from './expectation.js';
import { lookAtWorld, type Row } from './world.js';

/** What has just been done: whether it may end an instance, and which is the only one it is about (null: any). */
export interface Just {
  removes: boolean;
  place: number | null;
}

const HOUR = 3_600_000;
/** What the rules of the model leave a removal, by who asked for it. */
const GRACE = { rule: HOUR, person: 24 * HOUR };

/** After each command: what is gone was allowed to go, has its proof and nothing else, and stays gone. */
export async function verify(model: Expectation, real: Reality, just: Just): Promise<void> {
  const faults: string[] = [];
  for (const row of await lookAtWorld(real)) {
    const place = real.ids.indexOf(row.id);
    const told = model.instances[place]!;
    const isNew = row.lifecycle === 'purged' && !told.isGone;
    const all = [...faultsOfState(row, told), ...(isNew ? faultsOfRemoval(row, model, told, place, just) : []), ...faultsBeside(row, real.prints, place, just)];
    faults.push(...all.map((fault) => `${place}: ${fault}`));
    told.isGone = row.lifecycle === 'purged';
    real.prints.set(row.id, row.print);
  }
  if (faults.length > 0) throw new Error(`${faults.join('; ')}, after ${real.done.join(', ')}`);
}

const fault = (isOne: boolean, sentence: string): string[] => (isOne ? [sentence] : []);

/** At any moment. */
function faultsOfState({ lifecycle, proofs, keys, isBlank, holds, graced }: Row, told: Told): string[] {
  const isGone = lifecycle === 'purged';
  const wanted = isGone ? 1 : 0;
  const wrong = Object.entries(proofs).filter(([, n]) => n !== wanted);
  return [
    ...fault(told.isGone && !isGone, 'I2: it is back'),
    ...fault(wrong.length > 0, `I3: it is ${lifecycle} with ${wrong.map(([what, n]) => `${n} ${what}`).join(', ')}`),
    ...fault(keys !== 1 - wanted, `I12: it is ${lifecycle} with ${keys} keys`),
    ...fault(isGone && !isBlank, 'I19: what is left of it says something'),
    ...fault(isGone && graced === false, 'I5, I7, I8: it was removed before its grace was over'),
    ...fault(isGone && holds > 0, 'I1: a hold is on what is gone'),
  ];
}

/** Of what was there a moment ago. */
function faultsOfRemoval({ intent, destroyedAt, agreed, noticed, together, day }: Row, model: Expectation, told: Told, place: number, { removes }: Just): string[] {
  if (intent === null) return ['I3: nobody knows who asked for its removal'];
  const byRule = intent === 'rule';
  const wanted = model.approvals[intent];
  return [
    ...fault(!removes, 'I4: it was removed by a command that removes nothing'),
    ...reasonsAgainst(model, place).map((why) => `I1: it was removed although ${why}`),
    ...fault(byRule && model.givesNotice && noticed !== true, 'I6: notice of it was not given in time'),
    ...fault(told.releasedAt !== null && destroyedAt!.getTime() - told.releasedAt.getTime() < GRACE[intent], 'I8: a hold on it was released a moment ago'),
    ...fault(agreed < wanted, `I9: ${agreed} agreed, and ${wanted} have to`),
    ...fault(byRule && together > model.limits.perRun, `I10: ${together} were removed in a run in which ${model.limits.perRun} may be`),
    ...fault(byRule && day > model.limits.perDay, `I10: ${day} were removed on a day on which ${model.limits.perDay} may be`),
  ];
}

/** I4: who names one changes nothing of another. */
function faultsBeside({ id, print }: Row, prints: Map<InstanceId, string>, place: number, { place: only }: Just): string[] {
  return fault(only !== null && only !== place && prints.get(id) !== print, `I4: it was changed by a command about ${only}`);
}
