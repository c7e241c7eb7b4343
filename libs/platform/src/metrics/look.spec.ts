import { setTimeout as sleep } from 'node:timers/promises';
import { Look } from './look.js';

describe('a look', () => {
  it('is taken once for all who ask within its time, and again after it', async () => {
    let reads = 0;
    const look = new Look(async () => ++reads, { everyMs: 100 });
    const asked = await Promise.all([look.latest(), look.latest(), look.latest()]);
    expect(asked.map(({ value }) => value)).toEqual([1, 1, 1]);
    expect((await look.latest()).value).toBe(1);
    await sleep(120);
    expect((await look.latest()).value).toBe(2);
  });

  it('that takes long is taken more rarely: a twentieth of the time at most', async () => {
    let reads = 0;
    const slow = async () => {
      await sleep(30);
      return ++reads;
    };
    const look = new Look(slow, { everyMs: 1 });
    const began = performance.now();
    await look.latest();
    const tookMs = performance.now() - began;
    await sleep(200);
    expect((await look.latest()).value).toBe(1);
    await sleep(20 * tookMs);
    expect((await look.latest()).value).toBe(2);
  });

  it('that does not end keeps nobody waiting: they get what was seen before, and no second reader begins', async () => {
    let reads = 0;
    const look = new Look(() => (++reads === 1 ? Promise.resolve('seen') : new Promise<string>(() => undefined)), { everyMs: 1, share: 0, waitMs: 20 });
    expect(await look.latest()).toEqual({ value: 'seen', failure: null });
    await sleep(5);
    const late = await look.latest();
    expect(late).toEqual({ value: 'seen', failure: expect.objectContaining({ message: 'it takes too long' }) });
    await look.latest();
    expect(reads).toBe(2);
    expect(look.ageSeconds).toBeGreaterThan(0.02);
  });

  it('that failed may be taken again at once', async () => {
    let reads = 0;
    const look = new Look(() => (++reads === 1 ? Promise.reject(new Error('gone')) : Promise.resolve('back')), { everyMs: 60_000, retryMs: 0 });
    expect((await look.latest()).failure).toMatchObject({ message: 'gone' });
    expect(await look.latest()).toEqual({ value: 'back', failure: null });
    await look.latest();
    expect(reads).toBe(2);
  });

  it('that fails is as it was, says so once, and recovers', async () => {
    const outcomes = ['seen', new Error('gone'), new Error('still gone'), 'back', new Error('gone again')];
    const failures: string[] = [];
    const read = async () => {
      const next = outcomes.shift();
      if (next instanceof Error) throw next;
      return next;
    };
    const look = new Look(read, { everyMs: 0, share: 0, onFailure: ({ message }) => failures.push(message) });
    const seen: (string | undefined)[] = [];
    for (let round = 0; round < 5; round++) seen.push((await look.latest()).value);
    expect(seen).toEqual(['seen', 'seen', 'seen', 'back', 'back']);
    expect(failures).toEqual(['gone', 'gone again']);
  });
});
