import type { InstanceId } from '#libs/contracts';
import type { BlockerCode, Prospect, RetentionFacts, RetentionStep } from '#libs/retention';
import { classifyChange, type PreviewChange, wouldAct } from './classify-change.js';

/** Of what would be acted on at once; more is refused a token. */
export const MAX_CANDIDATES = 200_000;
const SAMPLE = 100;
/** What a person wants to see first. */
const ORDER: readonly PreviewChange[] = ['newly_due', 'earlier', 'unchanged', 'no_longer_due', 'later'];

/** Would be acted on at once, in this cycle. */
export interface Candidate {
  instanceId: InstanceId;
  cycle: number;
}

/** How many instances a rule asks a step for: at once, once something no longer stands in the way, and later. */
export interface StepCount {
  rule: string | null;
  action: RetentionStep;
  due: number;
  blocked: number;
  later: number;
}

export interface Sampled {
  instanceId: InstanceId;
  change: PreviewChange;
  was: Prospect;
  will: Prospect;
}

/** Counts what a version would do, instance by instance. Of the instances themselves it keeps the candidates and a sample, and nothing else. */
export class PreviewTally {
  instances = 0;
  due = 0;
  readonly candidates: Candidate[] = [];
  readonly changes: Record<PreviewChange, number> = { newly_due: 0, earlier: 0, no_longer_due: 0, later: 0, unchanged: 0 };
  private readonly steps = new Map<string, StepCount>();
  private readonly blockers = new Map<BlockerCode, number>();
  private readonly samples: Record<PreviewChange, Sampled[]> = { newly_due: [], earlier: [], no_longer_due: [], later: [], unchanged: [] };

  /** `now`: milliseconds since 1970. */
  constructor(private readonly now: number) {}

  add({ instanceId, cycle }: RetentionFacts, was: Prospect, will: Prospect): void {
    const change = classifyChange(was, will, this.now);
    this.instances++;
    this.changes[change]++;
    if (will.decision.action !== null) this.countStep(will);
    if (wouldAct(will, this.now)) this.addCandidate({ instanceId, cycle });
    if (change !== 'unchanged' || will.decision.action !== null) this.keepSample({ instanceId, change, was, will });
  }

  /** By rule and action, in the order in which they were met. */
  get counts(): StepCount[] {
    return [...this.steps.values()];
  }

  /** What stands in the way of those whose time has come. */
  get standing(): { code: BlockerCode; instances: number }[] {
    return [...this.blockers].map(([code, instances]) => ({ code, instances }));
  }

  get sample(): Sampled[] {
    return ORDER.flatMap((change) => this.samples[change]).slice(0, SAMPLE);
  }

  /** Whether something happens sooner, or to more. */
  get shortens(): boolean {
    return this.changes.newly_due + this.changes.earlier > 0;
  }

  private countStep({ decision: { rule, action, dueAt, blockers } }: Prospect): void {
    const key = `${action} ${rule}`;
    const count = this.steps.get(key) ?? { rule, action: action!, due: 0, blocked: 0, later: 0 };
    this.steps.set(key, count);
    if (dueAt! > this.now) count.later++;
    else if (blockers.length === 0) count.due++;
    else {
      count.blocked++;
      for (const code of new Set(blockers.map((blocker) => blocker.code))) this.blockers.set(code, (this.blockers.get(code) ?? 0) + 1);
    }
  }

  private addCandidate(candidate: Candidate): void {
    this.due++;
    if (this.candidates.length < MAX_CANDIDATES) this.candidates.push(candidate);
  }

  private keepSample(sampled: Sampled): void {
    const kept = this.samples[sampled.change];
    if (kept.length < SAMPLE) kept.push(sampled);
  }
}
