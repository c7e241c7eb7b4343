import { setTimeout as sleep } from 'node:timers/promises';
import { DelayLine } from './delay-line.js';

describe('a line with latency', () => {
  it('lets everything through at once while there is none', () => {
    const passed: string[] = [];
    new DelayLine().pass(0, () => passed.push('a'));
    expect(passed).toEqual(['a']);
  });

  it('keeps the order, also when what comes later would have to wait less', async () => {
    const passed: string[] = [];
    const line = new DelayLine();
    line.pass(30, () => passed.push('a'));
    line.pass(0, () => passed.push('b'));
    line.pass(5, () => passed.push('c'));
    expect(passed).toEqual([]);
    await sleep(60);
    expect(passed).toEqual(['a', 'b', 'c']);
  });

  it('forgets what waits when it is cut', async () => {
    const passed: string[] = [];
    const line = new DelayLine();
    line.pass(10, () => passed.push('a'));
    line.clear();
    await sleep(30);
    expect(passed).toEqual([]);
  });
});
