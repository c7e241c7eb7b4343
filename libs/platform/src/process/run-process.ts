import { InvalidSettings } from '../config/read-settings.js';
import { StartError } from '../start-error.js';

export interface Running {
  /** Ends everything in order; what the rest stands on last. */
  stop(): Promise<void>;
}

/**
 * Runs a process until SIGINT or SIGTERM, then stops it in order. What a person must mend is printed as one line, without a stack.
 * Nest's own shutdown hooks are not used: they end the process before the database has stopped.
 */
export async function runProcess(start: () => Promise<Running>): Promise<void> {
  const stopping = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => stopping.abort());
  try {
    const running = await start();
    await aborted(stopping.signal);
    await running.stop();
    process.exit(0);
  } catch (error) {
    process.stderr.write(`${explain(error)}\n`);
    process.exit(1);
  }
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}

function explain(error: unknown): string {
  if (error instanceof StartError || error instanceof InvalidSettings) return error.message;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
