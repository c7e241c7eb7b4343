import fs from 'node:fs';
import path from 'node:path';

/** The files that are in one of two folders only, or differ. */
export function differences(one, other) {
  const files = new Set([...filesBelow(one), ...filesBelow(other)]);
  return [...files].filter((file) => read(one, file) !== read(other, file)).sort();
}

function filesBelow(folder) {
  const entries = fs.readdirSync(folder, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)));
}

function read(folder, file) {
  const found = path.join(folder, file);
  return fs.existsSync(found) ? fs.readFileSync(found, 'utf8') : undefined;
}
