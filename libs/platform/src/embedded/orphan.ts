import fs from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { StartError } from '../start-error.js';
import { LIFELINE } from './server.js';

const POLL_MS = 25;
/** A server whose process has died begins to stop at once; one that stays ready for this long has a living owner. */
const READY_MS = 3_000;
/** A shutdown writes a checkpoint, which may take a while on a slow disk. */
const STOPPING_MS = 60_000;

/**
 * Returns when no server runs on the cluster. One that a killed process left behind is awaited; a lock file whose process is
 * a zombie (containers without an init) or somebody else by now is removed, since PostgreSQL would trust it.
 */
export async function awaitOrphan(clusterDir: string): Promise<void> {
  const lock = path.join(clusterDir, 'postmaster.pid');
  const began = Date.now();
  for (let asked = false; ; await sleep(POLL_MS)) {
    const servers = serversOn(clusterDir, lock);
    if (servers.length === 0) break;
    const { pid, status } = readLock(lock);
    if (!asked && pid !== undefined && servers.includes(pid) && !hasLifeline(pid)) asked = signal(pid, 'SIGINT');
    if (Date.now() - began > (asked || status === 'stopping' ? STOPPING_MS : READY_MS)) throw stillRunning(clusterDir, servers);
  }
  if (onLinux) fs.rmSync(lock, { force: true });
}

const onLinux = process.platform === 'linux';

/** Backends and the postmaster have the cluster as their working directory. Elsewhere than on Linux only the lock file tells. */
function serversOn(clusterDir: string, lock: string): number[] {
  if (!fs.existsSync(lock) && !onLinux) return [];
  if (!onLinux) return [readLock(lock).pid].filter((pid) => pid !== undefined && isAlive(pid)) as number[];
  const folder = fs.realpathSync(clusterDir);
  return fs.readdirSync('/proc').filter((name) => /^\d+$/.test(name) && linkOf(`/proc/${name}/cwd`) === folder).map(Number);
}

function linkOf(file: string): string | undefined {
  try {
    return fs.readlinkSync(file);
  } catch {
    return undefined; // gone, a zombie, or another user's
  }
}

const isAlive = (pid: number): boolean => signal(pid, 0);

/** Whether there was somebody to hear it: who is asked may be gone by now. */
function signal(pid: number, what: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(pid, what);
  } catch {
    return false;
  }
}

/** Lines of postmaster.pid: the first is the process id, the eighth the status. */
function readLock(lock: string): { pid?: number; status?: string } {
  try {
    const lines = fs.readFileSync(lock, 'utf8').split('\n');
    return { pid: Number(lines[0]), status: lines[7]?.trim() ?? '' };
  } catch {
    return {};
  }
}

/** False when even the shell that would stop the server is gone; unknown counts as true. */
function hasLifeline(pid: number): boolean {
  if (!onLinux) return true;
  try {
    const parent = /^PPid:\s*(\d+)$/m.exec(fs.readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
    return fs.readFileSync(`/proc/${parent}/cmdline`, 'utf8').split('\0').includes(LIFELINE);
  } catch {
    return true;
  }
}

const stillRunning = (clusterDir: string, pids: number[]): StartError =>
  new StartError(
    `Another process runs the database in ${clusterDir} (PostgreSQL ${pids.join(', ')})`,
    'Stop that process first, or set TENURE_DATA_DIR to another folder',
  );
