import fs from 'node:fs';
import path from 'node:path';

import { run } from '../run.mjs';

export const DOCUMENT = 'docs/openapi.json';
export const TOOLS = 'tools/api';
export const GENERATED = 'packages/client/src/generated';
/** Nothing is reported and no newer version is looked for. */
export const OFFLINE = { DO_NOT_TRACK: '1', REDOCLY_TELEMETRY: 'off', REDOCLY_SUPPRESS_UPDATE_NOTICE: 'true', CI: 'true' };

const root = path.resolve(import.meta.dirname, '../../..');
const modified = (file) => fs.statSync(path.join(root, TOOLS, file), { throwIfNoEntry: false })?.mtimeMs ?? 0;

export const tool = (name) => path.join(root, TOOLS, 'node_modules/.bin', name);

/** The tools have a lock file of their own, so that `npm start` and `npm test` install none of them. */
export async function installTools() {
  if (modified('node_modules/.package-lock.json') >= modified('package-lock.json')) return true;
  console.log('Installing the tools for the API document (about 30 s, the first time and when their lock file has changed) ...');
  return run('npm', ['ci', '--prefix', TOOLS, '--no-audit', '--no-fund', '--ignore-scripts', '--loglevel=error']);
}

/** The client's generated part, into an empty folder. */
export function generate(output) {
  const options = ['--file', path.join(root, TOOLS, 'openapi-ts.config.mjs'), '--input', path.join(root, DOCUMENT), '--output', output];
  return run(tool('openapi-ts'), [...options, '--no-log-file', '--silent'], OFFLINE);
}
