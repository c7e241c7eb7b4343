export interface RotationFacts {
  /** the id of the first key that was given */
  newest: string;
  /** by the database's word */
  current: string;
  former: readonly { id: string; retired: boolean }[];
  /** whether the file with the keys is this installation's own, so that a new key may be put into it */
  mayMake: boolean;
}

/**
 * `make`: a new key first; then it is asked again. `switch`: the newest key becomes the current one. `resume`: it is, and some rows are still under
 * former ones. `nothing`: it is, and none are. `backwards`: the first key was replaced before, and nothing ever moves back to it.
 */
export type RotationStep = 'make' | 'switch' | 'resume' | 'nothing' | 'backwards';

/** What a rotation has to do next. Asked again after each step, also by another process after a crash, it leads to the same end. */
export function planRotation({ newest, current, former, mayMake }: RotationFacts): RotationStep {
  if (newest !== current) return former.some(({ id }) => id === newest) ? 'backwards' : 'switch';
  if (former.some(({ retired }) => !retired)) return 'resume';
  return mayMake ? 'make' : 'nothing';
}
