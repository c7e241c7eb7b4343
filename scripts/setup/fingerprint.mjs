import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';

/** Every file below `folders` that `accept` takes, and `others`, as paths from the root in a fixed order. */
export function sourceFiles({ folders, accept, others }) {
  const found = folders.flatMap((folder) =>
    fs
      .readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => path.join(entry.parentPath ?? entry.path, entry.name)),
  );
  return [...found.filter(accept), ...others.filter((file) => fs.existsSync(file))].sort();
}

/** `content` changes with any file, also when one becomes older (a checkout); `names` only with the set of files. */
export function fingerprint(files) {
  const content = files.map((file) => {
    const { mtimeMs, size } = fs.statSync(file);
    return `${file}:${mtimeMs}:${size}`;
  });
  return { names: digest(files), content: digest(content) };
}

const digest = (lines) => createHash('sha256').update(lines.join('\n')).digest('hex');
