/** It took too long. What was begun goes on, and nobody waits for it any more. */
export class TookTooLong extends Error {
  constructor(what: string, ms: number) {
    super(`${what} takes longer than ${ms / 1000} s`);
  }
}

/** The result, or TookTooLong: so that whoever waits is never held up for good. */
export async function within<T>(ms: number, what: string, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => (timer = setTimeout(() => reject(new TookTooLong(what, ms)), ms)));
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
