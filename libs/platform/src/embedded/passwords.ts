import { randomBytes } from 'node:crypto';
import fs from 'node:fs';
import { StartError } from '../start-error.js';

/** One for `postgres`, which owns the cluster, one for the login role that the product uses. */
export interface Passwords {
  readonly superuser: string;
  readonly login: string;
}

export const passwordFile = (clusterDir: string): string => `${clusterDir}-passwords.json`;

/** Written before the cluster is made, so that there never is a cluster whose passwords nobody knows. */
export function loadPasswords(clusterDir: string, clusterExists: boolean): Passwords {
  const file = passwordFile(clusterDir);
  if (fs.existsSync(file)) return readPasswords(file);
  if (clusterExists) throw unusable(file, 'is missing');
  const passwords = { superuser: randomPassword(), login: randomPassword() };
  writeSecret(file, JSON.stringify(passwords));
  return passwords;
}

function readPasswords(file: string): Passwords {
  fs.chmodSync(file, 0o600);
  try {
    const { superuser, login } = JSON.parse(fs.readFileSync(file, 'utf8')) as Partial<Passwords>;
    if (superuser && login) return { superuser, login };
  } catch (cause) {
    throw unusable(file, 'cannot be read', cause);
  }
  throw unusable(file, 'is damaged');
}

const unusable = (file: string, problem: string, cause?: unknown): StartError =>
  new StartError(
    `The passwords of the embedded database, ${file}, ${problem}`,
    'Restore the file from a backup; it belongs to the folder of the same name',
    { cause },
  );

const randomPassword = (): string => randomBytes(24).toString('base64url');

/** Durable, whole or not at all, and readable by nobody else at any moment. */
export function writeSecret(file: string, text: string): void {
  const part = `${file}.part`;
  fs.rmSync(part, { force: true });
  fs.writeFileSync(part, text, { mode: 0o600, flag: 'wx', flush: true });
  fs.renameSync(part, file);
}
