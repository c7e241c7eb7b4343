/** Work that nobody waits for: one at a time for each key, and so many in all. What is slow or fails holds up none of the others. */
export class Tasks<K> {
  private readonly running = new Map<K, Promise<void>>();

  constructor(
    private readonly most: number,
    private readonly onFailure: (error: Error, key: K) => void,
  ) {}

  get room(): number {
    return this.most - this.running.size;
  }

  /** False when it is being done already, or too much is. */
  start(key: K, work: () => Promise<void>): boolean {
    if (this.room <= 0 || this.running.has(key)) return false;
    const done = work()
      .catch((error: Error) => this.onFailure(error, key))
      .finally(() => this.running.delete(key));
    this.running.set(key, done);
    return true;
  }

  /** When all that runs now has ended. */
  async settled(): Promise<void> {
    await Promise.all(this.running.values());
  }
}
