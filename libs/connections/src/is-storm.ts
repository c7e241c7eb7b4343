/** Of one tenant, or of the whole platform: how many are connected, and how many stopped being so in the last minutes by nobody's wish. */
export interface Losses {
  connected: number;
  lost: number;
}

const SMALLEST = 20;
const SHARE = 0.2;
/** So many that hold for each that was lost, and it is none, however many more there are. */
export const CALM = 4;

/** More than a fifth of at least twenty lost their connection together: then it was hardly each of them that left. */
export function isStorm({ connected, lost }: Losses): boolean {
  const all = connected + lost;
  return all >= SMALLEST && lost > all * SHARE;
}
