/** What was done to the fleet, and what of it the verdict has to know. */
export class TroubleLog {
  /** how often each kind came */
  readonly counts = new Map<string, number>();
  /** of processes that were killed or taken for dead: instances that were connected there, and the newest entry of their journal then */
  readonly bereft: { uuid: string; seq: number; by: string }[] = [];
  readonly findings: string[] = [];
  private readonly endsAt: number;

  constructor(seconds: number) {
    this.endsAt = performance.now() + seconds * 1_000;
  }

  get isOver(): boolean {
    return performance.now() > this.endsAt;
  }

  note(kind: string): void {
    this.counts.set(kind, this.countOf(kind) + 1);
  }

  countOf(kind: string): number {
    return this.counts.get(kind) ?? 0;
  }
}
