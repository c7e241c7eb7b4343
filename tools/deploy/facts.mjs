import fs from 'node:fs';
import path from 'node:path';

/**
 * What the files have to agree with: the version, the Node that the tests run on, the settings that are read, and what is in the
 * checkout after a build.
 */
export function readFacts(root) {
  const manifest = JSON.parse(fs.readFileSync(path.join(root, 'package.json'), 'utf8'));
  return {
    image: `tenure:${manifest.version}`,
    node: manifest.optionalDependencies.node.split('.')[0],
    settings: new Set(settingsIn(fs.readFileSync(path.join(root, '.env.example'), 'utf8'))),
    exists: (file) => fs.existsSync(path.join(root, file)),
  };
}

/** An optional setting without a default is written as a comment: `# DATABASE_URL=`. */
const settingsIn = (example) => [...example.matchAll(/^(?:# )?([A-Z][A-Z0-9_]*)=/gm)].map(([, name]) => name);
