import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { StartError } from '../start-error.js';
import { namespacedRoot, unprivilegedAccount } from './account.js';
import { type Binaries, binariesIn, folderOf } from './binaries.js';
import { type Account, canRun, ourselves, run } from './command.js';

/** Where the cluster lives, as whom its server runs, and executables which that account can reach. */
export interface Placement {
  readonly clusterDir: string;
  readonly account: Account;
  readonly binaries: Binaries;
}

/** The cluster is `<dataDir>/postgres`, which is a link when the account cannot get there. */
export async function placeCluster(binaries: Binaries, dataDir: string): Promise<Placement> {
  fs.mkdirSync(dataDir, { recursive: true });
  const clusterDir = clusterIn(dataDir);
  if (process.getuid?.() !== 0) return { clusterDir, account: ourselves, binaries };

  const owner = fs.statSync(clusterDir, { throwIfNoEntry: false });
  if (owner && owner.uid !== 0) {
    return withReachableBinaries({ clusterDir, account: { prefix: [], uid: owner.uid, gid: owner.gid }, binaries });
  }
  const namespaced = namespacedRoot();
  if (await canRun(namespaced, [binaries.postgres, '--version'])) return { clusterDir, account: namespaced, binaries };
  return asUnprivilegedAccount(binaries, dataDir, clusterDir, owner !== undefined);
}

/** Containers often forbid user namespaces. Then the cluster, and only the cluster, is given to an unprivileged account. */
async function asUnprivilegedAccount(binaries: Binaries, dataDir: string, clusterDir: string, exists: boolean): Promise<Placement> {
  const account = unprivilegedAccount();
  if (await canReach(account, dataDir)) {
    if (exists) await run(ourselves, ['chown', '-R', `${account.uid}:${account.gid}`, clusterDir]);
    return withReachableBinaries({ clusterDir, account, binaries });
  }
  if (exists) {
    throw new StartError(
      `The embedded PostgreSQL runs as user ${account.uid}, which cannot reach ${clusterDir}`,
      'Move the data folder to a place that every user may pass through and set TENURE_DATA_DIR, or start as a normal user',
    );
  }
  return withReachableBinaries({ clusterDir: linkElsewhere(clusterDir), account, binaries });
}

/** Other users may pass through our own folder: the files in it are 0600 or in folders of 0700. */
async function canReach(account: Account, dataDir: string): Promise<boolean> {
  fs.chmodSync(dataDir, fs.statSync(dataDir).mode | 0o011);
  return canRun(account, ['test', '-x', dataDir]);
}

function linkElsewhere(clusterDir: string): string {
  const name = createHash('sha256').update(clusterDir).digest('hex').slice(0, 8);
  const target = path.join('/var/lib', `tenure-${name}`, 'postgres');
  fs.mkdirSync(path.dirname(target), { recursive: true });
  fs.rmSync(clusterDir, { force: true });
  fs.symlinkSync(target, clusterDir);
  return target;
}

async function withReachableBinaries(placement: Placement): Promise<Placement> {
  const { account, binaries, clusterDir } = placement;
  if (await canRun(account, [binaries.postgres, '--version'])) return placement;
  const version = (await run(ourselves, [binaries.postgres, '--version'])).replace(/[^\d.]/g, '');
  const copy = `${clusterDir}-binaries-${version}`;
  if (!fs.existsSync(copy)) copyFolder(folderOf(binaries.postgres), copy);
  return { ...placement, binaries: binariesIn(copy) };
}

function copyFolder(from: string, to: string): void {
  fs.rmSync(`${to}.part`, { recursive: true, force: true });
  fs.cpSync(from, `${to}.part`, { recursive: true, verbatimSymlinks: true });
  fs.renameSync(`${to}.part`, to);
}

/** Where the cluster of a data folder is, or will be. */
export const clusterIn = (dataDir: string): string => followLink(path.join(dataDir, 'postgres'));

function followLink(file: string): string {
  const link = fs.lstatSync(file, { throwIfNoEntry: false });
  return link?.isSymbolicLink() ? path.resolve(path.dirname(file), fs.readlinkSync(file)) : file;
}
