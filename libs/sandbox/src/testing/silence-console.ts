/** libsignal prints session objects with their keys: nothing of that belongs into a test's output. */
export function silenceConsole(): void {
  for (const level of ['info', 'warn', 'error', 'log'] as const) console[level] = () => undefined;
}
