import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import process from 'node:process';

const root = path.resolve(import.meta.dirname, '../..');
const folder = path.join(root, 'node_modules/.cache/promtool');
const own = path.join(folder, 'promtool');
const MINUTES = 60_000;

/** The path of a promtool: the machine's, else one taken out of Debian's package `prometheus`, of which nothing is installed; null where there is none. */
export function findPromtool() {
  return ['promtool', own].find(works) ?? (mayFetch() && fetched() ? own : null);
}

const works = (command) => spawnSync(command, ['--version']).status === 0;
const mayFetch = () => process.getuid?.() === 0 && ['apt-get', 'dpkg-deb'].every(works);

/** The lists of packages may be missing or old: then they are fetched and it is tried again. */
function fetched() {
  fs.mkdirSync(folder, { recursive: true });
  console.log('  promtool is not here: taking it out of the Debian package prometheus');
  return unpacked() || (quietly('apt-get', ['update', '-q']) && unpacked());
}

function unpacked() {
  if (!quietly('apt-get', ['download', '-q', 'prometheus'])) return false;
  const [archive] = fs.readdirSync(folder).filter((file) => file.endsWith('.deb'));
  if (!archive || !quietly('dpkg-deb', ['-x', archive, 'unpacked'])) return false;
  fs.renameSync(path.join(folder, 'unpacked/usr/bin/promtool'), own);
  for (const file of [archive, 'unpacked']) fs.rmSync(path.join(folder, file), { recursive: true });
  return works(own);
}

const quietly = (command, args) => spawnSync(command, args, { cwd: folder, timeout: 5 * MINUTES }).status === 0;
