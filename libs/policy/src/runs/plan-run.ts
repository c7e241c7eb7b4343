/** The limits of a policy on one run; null: none. */
export interface RunLimits {
  maxPerRun: number | null;
  maxPercentPerRun: number | null;
}

export type OverLimit = 'max_per_run' | 'max_percent_per_run';

export interface RunPlan {
  /** null: it may go */
  overLimit: OverLimit | null;
  /** how many go at a time when it is released */
  slice: number;
}

/** From so many instances on a percentage means something. */
const COUNTED_FROM = 20;

/** Whether so many due ones may be removed in one run. `population`: instances of the environment that are not gone. */
export function planRun(due: number, population: number, { maxPerRun, maxPercentPerRun }: RunLimits): RunPlan {
  const byPercent = maxPercentPerRun === null || population < COUNTED_FROM ? Infinity : Math.max(1, Math.floor((population * maxPercentPerRun) / 100));
  const byCount = maxPerRun ?? Infinity;
  const slice = Math.max(1, Math.min(due, byCount, byPercent));
  if (due > byCount) return { overLimit: 'max_per_run', slice };
  return { overLimit: due > byPercent ? 'max_percent_per_run' : null, slice };
}
