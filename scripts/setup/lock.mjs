import { createHash } from 'node:crypto';
import { once } from 'node:events';
import fs from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';

// A socket, because the system lets go of it however its process ends. Outside the checkout, because
// `npm ci` empties node_modules and a build empties dist.
const name = createHash('sha256').update(process.cwd()).digest('hex').slice(0, 12);
const file = path.join(os.tmpdir(), `tenure-setup-${name}.sock`);

/** `npm start` and `npm test` at the same moment would install over each other: the second waits for the first. */
export async function withLock(work) {
  const release = await acquire();
  try {
    await work();
  } finally {
    release();
  }
}

async function acquire() {
  for (;;) {
    const release = await listen();
    if (release) return release;
    if (!(await waitForHolder())) fs.rmSync(file, { force: true });
  }
}

/** Undefined when somebody else has it, or has left it behind. */
async function listen() {
  const waiting = new Set();
  const server = net.createServer((socket) => waiting.add(socket.on('error', () => undefined)));
  try {
    await once(server.listen(file), 'listening');
  } catch (error) {
    return error.code === 'EADDRINUSE' ? undefined : () => undefined; // no place for a lock: go without
  }
  return () => {
    server.close();
    for (const socket of waiting) socket.destroy();
  };
}

/** True when there was a living holder and it has finished. */
async function waitForHolder() {
  const socket = net.connect(file).resume();
  try {
    await once(socket, 'connect');
    console.log('Waiting for another setup of this checkout ...');
    await once(socket, 'close');
    return true;
  } catch {
    return false;
  }
}
