import { setTimeout as sleep } from 'node:timers/promises';
import { WorkInFlight } from './work-in-flight.js';

const elapsed = async (work: Promise<void>): Promise<number> => {
  const from = performance.now();
  await work;
  return performance.now() - from;
};

describe('a session that ends', () => {
  it('does not wait when nothing has moved for a while', async () => {
    expect(await elapsed(new WorkInFlight().quiet())).toBeLessThan(20);
  });

  it('waits for what it has begun, and for what follows from it', async () => {
    const work = new WorkInFlight();
    const done: string[] = [];
    void work.track(sleep(60)).then(async () => {
      done.push('decrypted');
      await sleep(10);
      await work.track(sleep(60));
      done.push('kept');
    });
    await work.quiet();
    expect(done).toEqual(['decrypted', 'kept']);
  });

  it('does not wait for ever', async () => {
    const work = new WorkInFlight();
    void work.track(sleep(5_000, undefined, { ref: false }));
    expect(await elapsed(work.quiet())).toBeLessThan(3_000);
  });

  it('counts work that failed as done', async () => {
    const work = new WorkInFlight();
    await expect(work.track(Promise.reject(new Error('on purpose')))).rejects.toThrow('on purpose');
    expect(await elapsed(work.quiet())).toBeLessThan(500);
  });
});
