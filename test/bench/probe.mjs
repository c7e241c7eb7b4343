// Preloaded into a process that is measured. It answers over the channel to its parent and does nothing unasked.
import { monitorEventLoopDelay, performance } from 'node:perf_hooks';
import process from 'node:process';

const sent = new Map();
let delays;

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
  /** Of the sandbox: when each message was put on the wire, by its id; in ms since 1970, from now on. */
  async noteSent() {
    const { Connection } = await import('../../dist/libs/sandbox/src/server/connection.js');
    const send = Connection.prototype.send;
    Connection.prototype.send = function (node) {
      if (node.tag === 'message') sent.set(node.attrs.id, performance.timeOrigin + performance.now());
      return send.call(this, node);
    };
  },
  /** Since the last time that it was asked. */
  sent() {
    const noted = [...sent];
    sent.clear();
    return noted;
  },
};

process.on('message', ({ id, ask }) => {
  Promise.resolve()
    .then(() => answers[ask]())
    .then((answer) => process.send({ id, answer }), (error) => process.send({ id, error: error.message }));
});
// listening to it must not keep the process alive
process.channel?.unref();
