import type { LoggerService } from '@nestjs/common';

/** Says once that something goes wrong, and once that it does no more; not at each attempt. */
export class Complaints {
  private readonly open = new Set<string>();

  constructor(private readonly log: Pick<LoggerService, 'log' | 'warn'>) {}

  failed(what: string, error: Error): void {
    if (!this.open.has(what)) this.log.warn(`${what}: ${error.message}`);
    this.open.add(what);
  }

  works(what: string): void {
    if (this.open.delete(what)) this.log.log(`${what}: it works again`);
  }

  /** Never throws. False when it failed. */
  async attempt(what: string, work: () => Promise<void>): Promise<boolean> {
    try {
      await work();
      this.works(what);
      return true;
    } catch (error) {
      this.failed(what, error as Error);
      return false;
    }
  }
}
