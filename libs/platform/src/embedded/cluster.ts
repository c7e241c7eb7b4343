import fs from 'node:fs';
import path from 'node:path';
import { StartError } from '../start-error.js';
import { run } from './command.js';
import { writeSecret } from './passwords.js';
import type { Placement } from './placement.js';

export const SUPERUSER = 'postgres';

/** True when a complete cluster is there: `createCluster` lets one appear only when it is complete. */
export const clusterExists = (clusterDir: string): boolean => fs.existsSync(path.join(clusterDir, 'PG_VERSION'));

/** Makes the cluster beside its place and moves it there: a crash leaves nothing that looks like a cluster. */
export async function createCluster({ clusterDir, account, binaries }: Placement, password: string, durable: boolean): Promise<void> {
  refuseForeignFolder(clusterDir);
  const folder = `${clusterDir}.init`;
  const secret = `${clusterDir}.init-password`;
  fs.rmSync(folder, { recursive: true, force: true });
  fs.mkdirSync(folder, { mode: 0o700 });
  writeSecret(secret, password);
  if (account.uid !== undefined) for (const file of [folder, secret]) fs.chownSync(file, account.uid, account.gid ?? account.uid);
  try {
    await run(account, [
      ...[binaries.initdb, '-D', folder, '-U', SUPERUSER, `--pwfile=${secret}`, '--auth=scram-sha-256'],
      ...['--encoding=UTF8', '--locale=C', ...(durable ? [] : ['--no-sync'])],
    ] as [string, ...string[]]);
    fs.renameSync(folder, clusterDir);
  } catch (cause) {
    fs.rmSync(folder, { recursive: true, force: true });
    throw notCreated(clusterDir, cause);
  } finally {
    fs.rmSync(secret, { force: true });
  }
}

/** PostgreSQL never opens the files of another major version, nor those of another user. */
export async function refuseUnusable({ clusterDir, account, binaries }: Placement): Promise<void> {
  const made = fs.readFileSync(path.join(clusterDir, 'PG_VERSION'), 'utf8').trim();
  const [ours] = (await run(account, [binaries.postgres, '--version'])).match(/\d+/) ?? [];
  if (made !== ours) {
    throw new StartError(
      `The database in ${clusterDir} was made by PostgreSQL ${made}, and this build has PostgreSQL ${ours}`,
      'Start the build that made it, save the data with pg_dump and restore it into an empty data folder of this build',
    );
  }
}

/** Whatever a person keeps there stays there. */
function refuseForeignFolder(clusterDir: string): void {
  if (!fs.existsSync(clusterDir) || fs.readdirSync(clusterDir).length === 0) return;
  throw new StartError(
    `${clusterDir} holds files, but no PostgreSQL database`,
    'Move them away, restore the whole folder from a backup, or set TENURE_DATA_DIR to another folder',
  );
}

function notCreated(clusterDir: string, cause: unknown): StartError {
  const said = (cause as { stderr?: string }).stderr || String(cause);
  const reason = said.split('\n').find((line) => /error|fatal|could not|cannot/i.test(line)) ?? said.slice(-300);
  return new StartError(
    `The embedded database could not be made in ${clusterDir} (${reason.trim()})`,
    'Make room and give this user write access to the folder, set TENURE_DATA_DIR to another one, or set DATABASE_URL to a server of your own',
    { cause },
  );
}
