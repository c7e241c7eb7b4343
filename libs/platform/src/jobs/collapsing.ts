/**
 * Makes calls for one key run one at a time; all that come while one runs share the next, which begins after each of them came.
 * For work that reads the rows and not what it was called with.
 */
export function collapsing<W>(keyOf: (wake: W) => string, work: (wake: W) => Promise<void>): (wake: W) => Promise<void> {
  const running = new Map<string, Promise<void>>();
  const next = new Map<string, Promise<void>>();

  const begin = (key: string, wake: W): Promise<void> => {
    next.delete(key);
    const run = work(wake).finally(() => {
      if (running.get(key) === run) running.delete(key);
    });
    running.set(key, run);
    return run;
  };

  return (wake) => {
    const key = keyOf(wake);
    const current = running.get(key);
    if (!current) return begin(key, wake);
    const again = () => begin(key, wake);
    const shared = next.get(key) ?? current.then(again, again);
    next.set(key, shared);
    return shared;
  };
}
