import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { until } from '#libs/testing';
import { mainOf } from './built-process.js';

/** `tenure` with some words, as a process that can be watched and killed. */
export class RunningCommand {
  /** everything it printed */
  output = '';
  private readonly child: ChildProcess;

  constructor(words: string[], environment: Record<string, string>) {
    const inherited = Object.entries(process.env).filter(([name]) => !/^(TENURE_|DATABASE_URL$|NODE_OPTIONS$)/.test(name));
    this.child = spawn(process.execPath, [mainOf('cli'), ...words], { env: { ...Object.fromEntries(inherited), ...environment }, stdio: ['ignore', 'pipe', 'pipe'] });
    for (const stream of [this.child.stdout!, this.child.stderr!]) stream.on('data', (chunk: Buffer) => (this.output += chunk.toString()));
  }

  get ended(): boolean {
    return this.child.exitCode !== null || this.child.signalCode !== null;
  }

  /** @throws with what it said when it ends before */
  async untilItSays(text: string): Promise<void> {
    await until(`it says ${text}`, async () => {
      if (this.output.includes(text)) return true;
      if (this.ended) throw new Error(`It ended:\n${this.output}`);
      return false;
    });
  }

  /** kill -9. */
  async kill(): Promise<void> {
    this.child.kill('SIGKILL');
    await this.exit();
  }

  /** The exit code, once it has ended; null when a signal did it. */
  async exit(): Promise<number | null> {
    if (!this.ended) await once(this.child, 'exit');
    return this.child.exitCode;
  }
}
