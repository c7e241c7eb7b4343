import type { InstanceId } from '#libs/contracts';
import type { RetentionStep } from '#libs/retention';

export interface Due {
  instanceId: InstanceId;
  step: RetentionStep;
  byRule: boolean;
}

/** The one that is not over. */
export interface Run {
  status: 'running' | 'blocked' | 'released';
  slice: number;
  /** whether its next slice may go */
  isReady: boolean;
  left: InstanceId[];
}

interface Foreseen {
  gone: Due[];
  /** too many for one run: it waits to be released */
  waiting: InstanceId[];
}

/** What becomes of removals by rule that a preview calls due, when it is swept twice at that moment. `today`: how many more may go within 24 hours. */
export function foreseeRuns(due: Due[], open: Run | null, { perRun, today }: { perRun: number; today: number }): Foreseen {
  if (open && (open.status === 'blocked' || !open.isReady)) return { gone: [], waiting: [] };
  if (open && open.left.length > 0) {
    const turn = open.status === 'released' ? open.left.slice(0, open.slice) : open.left;
    return { gone: due.filter(({ instanceId }) => turn.includes(instanceId)).slice(0, Math.max(0, today)), waiting: [] };
  }
  if (due.length > perRun) return { gone: [], waiting: due.map(({ instanceId }) => instanceId) };
  return { gone: inTurn(due).slice(0, Math.max(0, today)), waiting: [] };
}

/** As a run takes its members. */
const inTurn = (due: Due[]): Due[] => [...due].sort((one, other) => (one.instanceId < other.instanceId ? -1 : 1));
