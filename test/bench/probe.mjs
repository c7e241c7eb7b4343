// Preloaded into a process that is measured. It answers over the channel to its parent and does nothing unasked.
import inspector from 'node:inspector/promises';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import process from 'node:process';

let delays;
let profiler;

const answers = {
  /** Of the process itself, in MiB, after everything that can be collected was. */
  memory() {
    for (let n = 0; n < 3; n++) globalThis.gc();
    return Object.fromEntries(Object.entries(process.memoryUsage()).map(([name, bytes]) => [name, bytes / 2 ** 20]));
  },
  watchLoop() {
    delays = monitorEventLoopDelay({ resolution: 5 });
    delays.enable();
  },
  /** How late the event loop was, in ms, since `watchLoop`. What Node reports holds the timer's own 5 ms. */
  loop() {
    delays.disable();
    const late = (nanoseconds) => Math.max(0, nanoseconds / 1e6 - 5);
    return { p50: late(delays.percentile(50)), p99: late(delays.percentile(99)), max: late(delays.max) };
  },
  async profile() {
    profiler = new inspector.Session();
    profiler.connect();
    await profiler.post('Profiler.enable');
    await profiler.post('Profiler.setSamplingInterval', { interval: 500 });
    await profiler.post('Profiler.start');
  },
  async profiled() {
    const { profile } = await profiler.post('Profiler.stop');
    profiler.disconnect();
    return profile;
  },
  async snapshot(file) {
    return (await import('node:v8')).writeHeapSnapshot(file);
  },
};

process.on('message', ({ id, ask, argument }) => {
  Promise.resolve(argument)
    .then((given) => answers[ask](given))
    .then((answer) => process.send({ id, answer }), (error) => process.send({ id, error: error.message }));
});
// listening to it must not keep the process alive
process.channel?.unref();
