import { explainFailure } from './explain-failure.js';
import { stopSignal } from './stop-signal.js';

export interface Running {
  /** Still answers, and says that it is going to stop; resolves when it may. */
  drain(): Promise<void>;
  /** Ends everything in order; what the rest stands on last. */
  stop(): Promise<void>;
}

/**
 * Runs a process until SIGINT or SIGTERM, then stops it in order; a second signal ends it at once. What a person must mend is printed as
 * one line, without a stack. Nest's own shutdown hooks are not used: they end the process before the database has stopped.
 */
export async function runProcess(start: () => Promise<Running>): Promise<void> {
  const asked = stopSignal();
  try {
    const running = await start();
    await asked;
    await running.drain();
    await running.stop();
    process.exit(0);
  } catch (error) {
    process.stderr.write(`${explainFailure(error)}\n`);
    process.exit(1);
  }
}
