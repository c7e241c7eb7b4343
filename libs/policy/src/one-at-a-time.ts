/** Work that ticks: one piece at a time, and none once the process stops. */
export class OneAtATime {
  private running: Promise<void> | null = null;
  private stopping = false;

  constructor(private readonly onFailure: (error: Error) => void) {}

  get isStopping(): boolean {
    return this.stopping;
  }

  /** Nothing while another piece is worked on. */
  async run(work: () => Promise<void>): Promise<void> {
    if (this.running || this.stopping) return;
    this.running = work().catch(this.onFailure);
    await this.running;
    this.running = null;
  }

  /** Waits for what is being worked on. */
  async stop(): Promise<void> {
    this.stopping = true;
    await this.running;
  }
}
