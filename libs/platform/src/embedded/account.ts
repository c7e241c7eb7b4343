import fs from 'node:fs';
import { StartError } from '../start-error.js';
import type { Account } from './command.js';

const UNPRIVILEGED = ['postgres', 'nobody', 'daemon'];

/**
 * A user namespace in which root goes by another name. PostgreSQL, which refuses to run as root, is content,
 * and its files still belong to root: nothing is copied or given away, and it works below a private /root.
 */
export function namespacedRoot(): Account {
  const { uid, gid } = unprivilegedAccount();
  return { prefix: ['unshare', '--user', `--map-user=${uid}`, `--map-group=${gid}`] };
}

/** The first of the customary accounts that this machine has. */
export function unprivilegedAccount(): Account & { uid: number; gid: number } {
  const accounts = fs.readFileSync('/etc/passwd', 'utf8').split('\n').map(parseAccount);
  const found = UNPRIVILEGED.map((name) => accounts.find((account) => account.name === name && account.uid > 0)).find(Boolean);
  if (!found) {
    throw new StartError(
      'The embedded PostgreSQL does not run as root, and this machine has no account to run it as',
      'Start as a normal user, or set DATABASE_URL',
    );
  }
  return { prefix: [], uid: found.uid, gid: found.gid };
}

function parseAccount(line: string): { name: string; uid: number; gid: number } {
  const [name = '', , uid, gid] = line.split(':');
  return { name, uid: Number(uid), gid: Number(gid) };
}
