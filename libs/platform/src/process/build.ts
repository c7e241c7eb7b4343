import fs from 'node:fs';
import { findPackageJSON } from 'node:module';
import path from 'node:path';

// the same file from the sources and from what is built of them
const manifest = findPackageJSON('..', import.meta.url)!;

/** The version of this build, from package.json. */
export const VERSION = (JSON.parse(fs.readFileSync(manifest, 'utf8')) as { version: string }).version;

/** The folder of the migrations that this build works with. */
export const MIGRATIONS = path.join(path.dirname(manifest), 'prisma/migrations');
