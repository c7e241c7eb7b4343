import { SignalMemory } from './signal-memory.js';

const MOST_BYTES = 32 * 2 ** 20;

describe('the memory of Signal values', () => {
  const memory = new SignalMemory();

  it('is bounded for all claims together: those used last stay', () => {
    const rooms = Array.from({ length: 4 }, (_, n) => ({ n, room: memory.room() }));
    const value = JSON.stringify('x'.repeat(10_000));
    const each = 2_000;
    for (const { room } of rooms) for (let id = 0; id < each; id++) room.set('session', String(id), value);
    const found = rooms.map(({ room }) => Array.from({ length: each }, (_, id) => room.get('session', String(id))).filter((json) => json === value).length);
    expect(found[0]).toBe(0);
    expect(found[3]).toBe(each);
    expect(found.reduce((sum, n) => sum + n, 0) * value.length).toBeLessThanOrEqual(MOST_BYTES);
  });

  it('knows that there is none from not knowing', () => {
    const room = memory.room();
    room.set('session', 'a', null);
    expect([room.get('session', 'a'), room.get('session', 'b')]).toEqual([null, undefined]);
    room.forget('session', 'a');
    expect(room.get('session', 'a')).toBeUndefined();
  });
});
