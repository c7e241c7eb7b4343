import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

/** As whom a command runs: `prefix` is put before it, `uid` and `gid` are changed to. */
export interface Account {
  readonly prefix: readonly string[];
  readonly uid?: number;
  readonly gid?: number;
}

/** Whoever runs this process. */
export const ourselves: Account = { prefix: [] };

/** Nothing of our own environment, which may hold keys, reaches the database. */
export const environment = (): NodeJS.ProcessEnv => ({ PATH: process.env['PATH'], LC_ALL: 'C', TZ: 'UTC' });

/** Standard output of the command; rejects with `stderr` on the error when it fails. */
export async function run(account: Account, command: readonly [string, ...string[]]): Promise<string> {
  const [file, ...args] = withPrefix(account, command);
  const { stdout } = await promisify(execFile)(file, args, { ...identity(account), env: environment(), cwd: '/' });
  return stdout;
}

export async function canRun(account: Account, command: readonly [string, ...string[]]): Promise<boolean> {
  return run(account, command).then(
    () => true,
    () => false,
  );
}

export const withPrefix = (account: Account, command: readonly [string, ...string[]]): [string, ...string[]] =>
  [...account.prefix, ...command] as [string, ...string[]];

export const identity = ({ uid, gid }: Account): { uid?: number; gid?: number } => ({
  ...(uid === undefined ? {} : { uid }),
  ...(gid === undefined ? {} : { gid }),
});
