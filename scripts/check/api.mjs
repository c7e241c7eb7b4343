import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';

import { differences } from './api/differences.mjs';
import { DOCUMENT, generate, GENERATED, installTools, OFFLINE, tool, TOOLS } from './api/tools.mjs';
import { run } from './run.mjs';

/**
 * The API document satisfies two linters, two independent generators make clients of it that compile, and the client that is
 * checked in is the one that is generated.
 */
export async function checkApi() {
  if (!(await installTools())) return false;
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'tenure-api-'));
  try {
    return (await lint()) && (await generateClients(folder)) && (await compileClients(folder)) && isInStep(path.join(folder, 'openapi-ts'));
  } finally {
    fs.rmSync(folder, { recursive: true, force: true });
  }
}

async function lint() {
  const spectral = await run(tool('spectral'), ['lint', DOCUMENT, '--ruleset', `${TOOLS}/spectral.yaml`, '--fail-severity', 'warn'], OFFLINE);
  const redocly = await run(tool('redocly'), ['lint', DOCUMENT, '--config', `${TOOLS}/redocly.yaml`, '--format', 'stylish'], OFFLINE);
  return spectral && redocly;
}

async function generateClients(folder) {
  const second = ['generate', '--path', DOCUMENT, '--output', path.join(folder, 'swagger-typescript-api'), '--name', 'api.ts', '--silent'];
  return (await generate(path.join(folder, 'openapi-ts'))) && (await run(tool('swagger-typescript-api'), second, OFFLINE));
}

/** Strict, in a browser's world as well: nothing of Node's types is needed. And the client around it, as it is published. */
async function compileClients(folder) {
  const config = path.join(folder, 'tsconfig.json');
  fs.writeFileSync(path.join(folder, 'package.json'), JSON.stringify({ type: 'module' }));
  const compilerOptions = { strict: true, noEmit: true, target: 'ES2022', lib: ['ES2022', 'DOM', 'DOM.Iterable'], module: 'nodenext', types: [] };
  fs.writeFileSync(config, JSON.stringify({ compilerOptions, include: ['openapi-ts', 'swagger-typescript-api'] }));
  const published = ['-p', 'packages/client/tsconfig.build.json', '--outDir', path.join(folder, 'dist')];
  return (await run('tsc', ['-p', config])) && (await run('tsc', published));
}

function isInStep(fresh) {
  const stale = differences(fresh, GENERATED);
  for (const file of stale) console.error(`${GENERATED}/${file} is not in step with ${DOCUMENT}: run npm run generate:client and look at what changed`);
  return stale.length === 0;
}
