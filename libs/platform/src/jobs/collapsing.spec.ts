import { collapsing } from './collapsing.js';

describe('collapsed work', () => {
  const begun: string[] = [];
  const ends = new Map<string, { resolve: () => void; reject: (error: Error) => void }>();
  const call = collapsing(
    (wake: string) => wake.split(' ')[0]!,
    (wake) => {
      begun.push(wake);
      return new Promise<void>((resolve, reject) => ends.set(wake, { resolve, reject }));
    },
  );
  const settled = () => new Promise((resolve) => setImmediate(resolve));

  afterEach(() => begun.splice(0));

  it('runs once at a time per key, and once more for all that came meanwhile', async () => {
    const calls = ['a 1', 'b 1', 'a 2', 'a 3', 'a 4'].map(call);
    await settled();
    expect(begun).toEqual(['a 1', 'b 1']);
    ends.get('a 1')!.resolve();
    await settled();
    expect(begun).toEqual(['a 1', 'b 1', 'a 2']);
    const late = call('a 5');
    ends.get('a 2')!.resolve();
    ends.get('b 1')!.resolve();
    await settled();
    expect(begun).toEqual(['a 1', 'b 1', 'a 2', 'a 5']);
    ends.get('a 5')!.resolve();
    await Promise.all([...calls, late]);
  });

  it('fails for all that shared it, and goes on after a failure', async () => {
    const outcomes = ['c 1', 'c 2', 'c 3'].map((wake) => call(wake).catch((error: Error) => error.message));
    ends.get('c 1')!.reject(new Error('first'));
    await settled();
    ends.get('c 2')!.reject(new Error('second'));
    expect(await Promise.all(outcomes)).toEqual(['first', 'second', 'second']);
    const after = call('c 4');
    ends.get('c 4')!.resolve();
    await after;
    expect(begun).toEqual(['c 1', 'c 2', 'c 4']);
  });
});
