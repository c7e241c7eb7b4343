const LEVELS = ['log', 'info', 'warn', 'error', 'debug', 'trace'] as const;
const SILENCED = Symbol.for('tenure.libsignal-silenced');

let dropped = 0;
/** How often libsignal wanted to print something in this process. */
export const droppedPrints = (): number => dropped;

/**
 * libsignal prints session records, private ratchet keys included, through the console. What it prints is dropped, by who calls and not
 * by what is said; what others print goes through.
 * Safe to call twice; whoever uses Baileys calls it before anything else.
 */
export function silenceLibsignal(console: Console): void {
  const marked = console as Console & { [SILENCED]?: true };
  if (marked[SILENCED]) return;
  marked[SILENCED] = true;
  for (const level of LEVELS) {
    const print = console[level].bind(console) as (...what: unknown[]) => void;
    console[level] = (...what: unknown[]) => {
      if (calledByLibsignal()) dropped++;
      else print(...what);
    };
  }
}

function calledByLibsignal(): boolean {
  const [, , , caller] = new Error().stack?.split('\n') ?? [];
  return /[\\/]node_modules[\\/]libsignal[\\/]/.test(caller ?? '');
}
