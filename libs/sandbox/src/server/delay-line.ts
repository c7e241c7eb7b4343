/** Lets things happen in the order in which they came, each so many milliseconds after it came. */
export class DelayLine {
  private readonly waiting: { due: number; happen: () => void }[] = [];
  private timer?: NodeJS.Timeout;

  /** At once when nothing has to wait, nor anything before it. */
  pass(milliseconds: number, happen: () => void): void {
    if (milliseconds === 0 && this.waiting.length === 0) return happen();
    const due = Math.max(performance.now() + milliseconds, this.waiting.at(-1)?.due ?? 0);
    this.waiting.push({ due, happen });
    if (this.waiting.length === 1) this.arm();
  }

  /** What waits never happens. */
  clear(): void {
    clearTimeout(this.timer);
    this.waiting.length = 0;
  }

  private arm(): void {
    const [next] = this.waiting;
    if (next) this.timer = setTimeout(() => this.release(), Math.max(0, next.due - performance.now())).unref();
  }

  private release(): void {
    while (this.waiting[0] && this.waiting[0].due <= performance.now()) this.waiting.shift()!.happen();
    this.arm();
  }
}
