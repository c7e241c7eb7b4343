import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';

const START_MS = 30_000;

/** What has been built of an application. */
export const mainOf = (app: 'api' | 'cli' | 'sandbox' | 'standalone' | 'worker'): string => path.resolve(import.meta.dirname, `../../dist/apps/${app}/src/main.js`);

/** Nothing of this shell's own settings: what a test does not set has its default. */
function cleanEnvironment(own: Record<string, string>): NodeJS.ProcessEnv {
  const inherited = Object.entries(process.env).filter(([name]) => !/^(TENURE_|DATABASE_URL$|HOST$|PORT$|NODE_OPTIONS$)/.test(name));
  return { ...Object.fromEntries(inherited), ...own };
}

/** One of the built applications as a process of its own, ended by `stop` at the latest. */
export class BuiltProcess {
  url = '';
  /** everything it printed */
  output = '';
  private readonly child: ChildProcess;
  /** it has ended, and everything that it printed is here */
  private readonly closed: Promise<unknown>;

  private constructor(app: Parameters<typeof mainOf>[0], environment: Record<string, string>) {
    const env = cleanEnvironment({ PORT: '0', ...environment });
    this.child = spawn(process.execPath, ['--enable-source-maps', mainOf(app)], { env, stdio: ['ignore', 'pipe', 'pipe'] });
    this.closed = once(this.child, 'close');
    for (const stream of [this.child.stdout!, this.child.stderr!]) stream.on('data', (chunk: Buffer) => (this.output += chunk.toString()));
  }

  /** Returns when it is ready. @throws with what it said when it ends before */
  static async start(app: Parameters<typeof mainOf>[0], environment: Record<string, string> = {}): Promise<BuiltProcess> {
    const built = new BuiltProcess(app, environment);
    built.url = await built.ready();
    return built;
  }

  get ended(): boolean {
    return this.child.exitCode !== null || this.child.signalCode !== null;
  }

  get pid(): number {
    return this.child.pid!;
  }

  signal(signal: NodeJS.Signals): void {
    this.child.kill(signal);
  }

  /** The exit code, once it has ended; null when a signal did it. */
  async exit(): Promise<number | null> {
    if (!this.ended) await once(this.child, 'exit');
    return this.child.exitCode;
  }

  /** SIGTERM, unless it has ended; gives the exit code. */
  async stop(): Promise<number | null> {
    if (!this.ended) this.signal('SIGTERM');
    return this.exit();
  }

  private async ready(): Promise<string> {
    for (const end = Date.now() + START_MS; ; await new Promise((resolve) => setTimeout(resolve, 20))) {
      const url = /ready on (http:\S+)/.exec(this.output)?.[1];
      if (url) return url;
      if (!this.ended && Date.now() < end) continue;
      const how = this.ended ? `it ended with ${this.child.exitCode ?? this.child.signalCode}` : `it was not ready within ${START_MS} ms`;
      this.signal('SIGKILL');
      await this.closed;
      throw new Error(`It did not start, ${how}:\n${this.output}`);
    }
  }
}

export interface Ended {
  code: number | null;
  stdout: string;
  stderr: string;
}

/** One of the built applications from its start to its end. */
export async function runBuilt(app: Parameters<typeof mainOf>[0], words: string[], environment: Record<string, string> = {}): Promise<Ended> {
  const child = spawn(process.execPath, ['--enable-source-maps', mainOf(app), ...words], { env: cleanEnvironment({ PORT: '0', ...environment }), timeout: 50_000 });
  const said = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const) child[name].on('data', (chunk: Buffer) => (said[name] += chunk.toString()));
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, ...said };
}
