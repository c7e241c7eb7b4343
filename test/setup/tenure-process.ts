import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';

export const MAIN = path.resolve(import.meta.dirname, '../../dist/apps/standalone/src/main.js');
const START_MS = 30_000;

/** The built product as `npm start` runs it: its own process, the embedded database, a data folder of its own. */
export class TenureProcess {
  private child: ChildProcess | undefined;
  url = '';
  /** everything it ever printed, over all starts */
  output = '';

  private constructor(
    readonly dataDir: string,
    private readonly environment: Record<string, string>,
  ) {}

  static async start(environment: Record<string, string> = {}): Promise<TenureProcess> {
    const tenure = new TenureProcess(fs.mkdtempSync(path.join(os.tmpdir(), 'tenure-story-')), environment);
    await tenure.boot();
    return tenure;
  }

  /** Printed at the first start only. */
  get operatorKey(): string {
    const key = /Operator key\s+(tnr_op_\S+)/.exec(this.output)?.[1];
    if (!key) throw new Error('No operator key was printed');
    return key;
  }

  /** kill -9, then start again on the same data folder. */
  async crash(): Promise<void> {
    await this.end('SIGKILL');
    await this.boot();
  }

  /** SIGTERM; gives the exit code. */
  async stop(): Promise<number | null> {
    return this.end('SIGTERM');
  }

  /** Ends it and removes its data folder. */
  async discard(): Promise<void> {
    await this.stop();
    fs.rmSync(this.dataDir, { recursive: true, force: true });
  }

  async boot(): Promise<void> {
    const env = { ...process.env, NODE_OPTIONS: '', PORT: '0', TENURE_REQUESTS_PER_MINUTE: '1000000', TENURE_DATA_DIR: this.dataDir, ...this.environment };
    this.child = spawn(process.execPath, ['--enable-source-maps', MAIN], { env, stdio: ['ignore', 'pipe', 'pipe'] });
    const from = this.output.length;
    for (const stream of [this.child.stdout!, this.child.stderr!]) stream.on('data', (chunk: Buffer) => (this.output += chunk.toString()));
    this.url = await this.ready(from);
  }

  private async ready(from: number): Promise<string> {
    for (const end = Date.now() + START_MS; ; await new Promise((resolve) => setTimeout(resolve, 20))) {
      const url = /ready on (http:\S+)/.exec(this.output.slice(from))?.[1];
      if (url) return url;
      if (this.child!.exitCode !== null || Date.now() > end) throw new Error(`Tenure did not start:\n${this.output.slice(from)}`);
    }
  }

  private async end(signal: NodeJS.Signals): Promise<number | null> {
    const child = this.child;
    if (!child || child.exitCode !== null || child.signalCode !== null) return child?.exitCode ?? null;
    const exited = once(child, 'exit');
    child.kill(signal);
    await exited;
    return child.exitCode;
  }
}
