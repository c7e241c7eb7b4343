// Baileys leaves a 30 s timer behind after each pre-key upload: it must not keep the test process alive.
import { afterAll } from '@jest/globals';

const LONG = 10_000;
const timers = new Set();
const real = globalThis.setTimeout;
const remember = (callback, ms, ...args) => {
  const timer = real(callback, ms, ...args);
  if (ms >= LONG) timers.add(new WeakRef(timer));
  return timer;
};
globalThis.setTimeout = Object.assign(remember, real);

afterAll(() => {
  for (const timer of timers) timer.deref()?.unref?.();
});
