import { isDue, isSooner, type Prospect } from '#libs/retention';

/** What a version changes for one instance, compared with the one in force. */
export const PREVIEW_CHANGES = ['newly_due', 'earlier', 'no_longer_due', 'later', 'unchanged'] as const;
export type PreviewChange = (typeof PREVIEW_CHANGES)[number];

/** Whatever comes sooner is named before whatever comes later: of an archive that is off and a removal that comes earlier it is the removal. */
export function classifyChange(was: Prospect, will: Prospect, now: number): PreviewChange {
  const [before, after] = [wouldAct(was, now), wouldAct(will, now)];
  if (after && (!before || isRemoval(will) !== isRemoval(was))) return isRemoval(was) ? 'later' : 'newly_due';
  if (isSooner(will.next, was.next) || isSooner(will.removal, was.removal)) return 'earlier';
  if (before && !after) return 'no_longer_due';
  return isSooner(was.next, will.next) || isSooner(was.removal, will.removal) ? 'later' : 'unchanged';
}

/** Whether a step would be taken now. Taking a removal back is no step: it is a rescue. */
export function wouldAct({ decision }: Prospect, now: number): boolean {
  return decision.action !== 'cancel' && isDue(decision, now);
}

const isRemoval = ({ decision }: Prospect) => decision.action === 'schedule_purge' || decision.action === 'purge';
