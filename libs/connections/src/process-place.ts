import fs from 'node:fs';

/**
 * Which process this is, for others of the same machine: boot of the kernel, namespace of process ids, process id. Null where the system
 * does not say; then nobody can know that it is dead before its lease has lapsed.
 */
export function thisProcess(): string | null {
  const machine = thisMachine();
  return machine && `${machine}|${process.pid}`;
}

/** Whether a process of this machine is certainly gone. False also when it cannot be known. */
export function isCertainlyDead(place: string): boolean {
  const machine = thisMachine();
  if (!machine || !place.startsWith(`${machine}|`)) return false;
  return !exists(Number(place.slice(machine.length + 1)));
}

function thisMachine(): string | null {
  try {
    return `${fs.readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()}|${fs.readlinkSync('/proc/self/ns/pid')}`;
  } catch {
    return null;
  }
}

function exists(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ESRCH';
  }
}
