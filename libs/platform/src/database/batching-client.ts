import type { Duplex } from 'node:stream';
import pg from 'pg';

/** What the driver keeps to itself. */
type Wired = pg.Client & { connection: { stream: Duplex } };

/**
 * What is asked at one moment goes out in one write: a transaction's beginning with its first statement, or several statements that do
 * not wait for each other. Writing to the socket is the largest part of what a small statement costs.
 */
export class BatchingClient extends pg.Client {
  private corked = false;

  // the driver's overloads all end here
  override query = ((...args: Parameters<pg.Client['query']>) => {
    this.cork();
    return super.query(...args) as unknown;
  }) as pg.Client['query'];

  private cork(): void {
    if (this.corked) return;
    const { stream } = (this as unknown as Wired).connection;
    this.corked = true;
    stream.cork();
    process.nextTick(() => {
      this.corked = false;
      stream.uncork();
    });
  }
}
