import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Writable } from 'node:stream';
import { environment, identity, withPrefix } from './command.js';
import type { Placement } from './placement.js';

/** The name of the shell that holds a server's life to ours. */
export const LIFELINE = 'tenure-lifeline';

// The shell waits for the end of a pipe from this process. When Node goes, even by kill -9, the pipe closes and PostgreSQL does a
// fast shutdown. When the server goes first, the reader must not outlive it: it would signal whoever gets the process id next.
const SCRIPT = `
  "$@" </dev/null 3<&- & server=$!
  (read -r _ <&3; kill -INT $server) 2>/dev/null & reader=$!
  wait $server; code=$?
  kill $reader 2>/dev/null
  exit $code`;

const LOG_LENGTH = 4_000;

/** One running postmaster. */
export class Server {
  private log = '';
  private readonly exit: Promise<unknown>;

  private constructor(private readonly child: ChildProcess) {
    this.exit = once(child, 'exit');
    child.stderr?.on('data', (chunk: Buffer) => (this.log = (this.log + chunk.toString()).slice(-LOG_LENGTH)));
  }

  /** Does not wait until it is ready. `detached`: Ctrl-C must reach only this process, which stops the database last. */
  static spawn({ clusterDir, account, binaries }: Placement, port: number, settings: Record<string, string>): Server {
    const options = Object.entries({ ...settings, port: String(port) }).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
    const command = withPrefix(account, [binaries.postgres, '-D', clusterDir, ...options]);
    const child = spawn('/bin/sh', ['-c', SCRIPT, LIFELINE, ...command], {
      ...{ ...identity(account), env: environment(), cwd: '/', detached: true },
      stdio: ['ignore', 'ignore', 'pipe', 'pipe'],
    });
    for (const handle of [child, ...child.stdio]) (handle as { unref?: () => void } | null)?.unref?.();
    return new Server(child);
  }

  get running(): boolean {
    return this.child.exitCode === null && this.child.signalCode === null;
  }

  /** The last the server said, for a message. */
  get lastWords(): string {
    const lines = this.log.trim().split('\n');
    return (lines.findLast((line) => /FATAL|PANIC/.test(line)) ?? lines.at(-1) ?? '').replace(/^.*(FATAL|PANIC): +/, '');
  }

  get portTaken(): boolean {
    return /could not (bind|create any TCP)|Address already in use/i.test(this.log);
  }

  /** A fast shutdown: rolls back open transactions and writes a checkpoint. Safe to call twice. */
  async stop(): Promise<void> {
    if (!this.running) return;
    this.child.ref();
    (this.child.stdio[3] as Writable).end();
    await this.exit;
  }
}
