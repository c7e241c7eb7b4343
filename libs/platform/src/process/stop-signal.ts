/** Ctrl-C reaches a process twice: from the terminal, and from npm, which hands it on. */
const SAME_SIGNAL_MS = 500;

/** Resolves at the first SIGINT or SIGTERM. A second one ends the process at once, with 1. */
export function stopSignal(): Promise<void> {
  return new Promise((resolve) => {
    let askedAt: number | undefined;
    const ask = (signal: NodeJS.Signals) => {
      if (askedAt !== undefined && performance.now() - askedAt > SAME_SIGNAL_MS) endAtOnce(signal);
      askedAt ??= performance.now();
      resolve();
    };
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, ask);
  });
}

function endAtOnce(signal: NodeJS.Signals): never {
  process.stderr.write(`A second signal (${signal}): ended at once, without waiting for what was being done.\n`);
  process.exit(1);
}
