import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { OwnershipLost } from './credentials.repository.js';

const PAUSE_MS = 300;
const ATTEMPTS = 10;

/**
 * Saves the credentials of one session: one write at a time, and of what came meanwhile only the newest. The snapshot is taken when it
 * is asked for, since Baileys changes the object in place.
 */
export class CredentialsWriter {
  private waiting: Buffer | undefined;
  private running: Promise<void> | undefined;
  /** Why the last snapshot is not durable. */
  failure: Error | undefined;
  /** what is stored, as a digest: there is one of these for every session */
  private durable: string | null;

  /** @param stored what is stored already; null before the first time */
  constructor(
    stored: Buffer | null,
    private readonly write: (snapshot: Buffer) => Promise<void>,
    private readonly onFailure: (error: Error) => void,
  ) {
    this.durable = stored && digestOf(stored);
  }

  /** Baileys announces an update at every login, whether or not anything is new: what is stored already is not written again. */
  save(snapshot: Buffer): void {
    this.waiting = snapshot;
    this.running ??= this.drain().finally(() => (this.running = undefined));
  }

  /** When everything asked for so far is durable, or has failed for good: then `failure` says why. */
  async settled(): Promise<void> {
    while (this.running) await this.running;
  }

  private async drain(): Promise<void> {
    while (this.waiting && !this.failure) {
      const snapshot = this.waiting;
      this.waiting = undefined;
      const digest = digestOf(snapshot);
      if (this.durable !== digest) await this.attempt(snapshot, digest);
    }
  }

  private async attempt(snapshot: Buffer, digest: string): Promise<void> {
    for (let attempt = 1; ; attempt++) {
      try {
        await this.write(snapshot);
        this.durable = digest;
        return;
      } catch (error) {
        if (attempt === ATTEMPTS || error instanceof OwnershipLost) return this.fail(error as Error);
        await sleep(PAUSE_MS);
      }
    }
  }

  private fail(error: Error): void {
    this.failure = error;
    this.onFailure(error);
  }
}

const digestOf = (snapshot: Buffer): string => createHash('sha256').update(snapshot).digest('base64');
