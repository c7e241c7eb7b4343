import type { InstanceId } from '#libs/contracts';
import type { ReplayedStep } from './replay-instance.js';

const SAMPLE = 100;

export interface ReplayedCount {
  rule: string | null;
  archived: number;
  /** Of these, how many came back. */
  archivedCameBack: number;
  purged: number;
  purgedCameBack: number;
}

export type Regretted = ReplayedStep & { instanceId: InstanceId };

/** Counts what a version would have done. Keeps a sample of what came back, and no other instance. */
export class ReplayTally {
  instances = 0;
  readonly regretted: Regretted[] = [];
  private readonly rules = new Map<string | null, ReplayedCount>();

  add(instanceId: InstanceId, steps: readonly ReplayedStep[]): void {
    this.instances++;
    for (const step of steps) {
      count(this.countOf(step.rule), step);
      if (step.cameBackAt !== null && this.regretted.length < SAMPLE) this.regretted.push({ ...step, instanceId });
    }
  }

  get byRule(): ReplayedCount[] {
    return [...this.rules.values()];
  }

  private countOf(rule: string | null): ReplayedCount {
    const known = this.rules.get(rule) ?? { rule, archived: 0, archivedCameBack: 0, purged: 0, purgedCameBack: 0 };
    this.rules.set(rule, known);
    return known;
  }
}

function count(of: ReplayedCount, { action, cameBackAt }: ReplayedStep): void {
  const back = cameBackAt === null ? 0 : 1;
  if (action === 'archive') {
    of.archived++;
    of.archivedCameBack += back;
  } else {
    of.purged++;
    of.purgedCameBack += back;
  }
}
