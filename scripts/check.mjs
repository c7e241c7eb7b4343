// npm run check: exactly what CI runs, in its order, up to the first step that fails. The last line is `N passed, N failed`:
// the tests of all Jest runs. The exit code tells whether every step passed.
//   node scripts/check.mjs --list   names the steps
import process from 'node:process';

import { checkAlerts } from './check/alerts.mjs';
import { checkApi } from './check/api.mjs';
import { bootTheBuild } from './check/boot.mjs';
import { checkDeployment } from './check/deploy.mjs';
import { jest } from './check/jest.mjs';
import { run } from './check/run.mjs';

const tests = { passed: 0, failed: 0 };
const count = async (options) => {
  const { passed, failed, ok } = await jest(options);
  tests.passed += passed;
  tests.failed += failed;
  return ok;
};

const STEPS = [
  ['types', () => run('tsc', ['--noEmit', '-p', 'tsconfig.json'])],
  ['lint', () => run('eslint', ['.'])],
  ['boundaries', () => run('depcruise', ['apps', 'libs', 'packages', '--config', '.dependency-cruiser.cjs'])],
  ['generated files', () => run('node', ['scripts/generate.mjs', '--check'])],
  ['the API document and its clients', checkApi],
  ['migrations', () => run('node', ['scripts/new-migration.mjs', '--check'])],
  ['Dockerfile, compose and Kubernetes files', checkDeployment],
  ['alert rules', checkAlerts],
  ['tests', () => count({})],
  ['races and crashes', () => count({ campaign: 'short' })],
  ['what needs the machine for itself', () => count({ campaign: 'alone' })],
  ['the build boots, stops, and survives a kill', bootTheBuild],
];

if (process.argv.includes('--list')) {
  for (const [name] of STEPS) console.log(name);
} else {
  process.exitCode = (await allPass()) ? 0 : 1;
  console.log(`${tests.passed} passed, ${tests.failed} failed`);
}

async function allPass() {
  for (const [index, [name, step]] of STEPS.entries()) {
    console.log(`\n[${index + 1}/${STEPS.length}] ${name}`);
    const began = performance.now();
    const ok = await attempt(step);
    const seconds = ((performance.now() - began) / 1000).toFixed(1);
    console.log(`[${index + 1}/${STEPS.length}] ${name}: ${ok ? 'ok' : 'FAILED'} (${seconds} s)`);
    if (!ok) return false;
  }
  return true;
}

/** A step that throws has failed, and says why. */
async function attempt(step) {
  try {
    return await step();
  } catch (error) {
    console.error(error.message);
    return false;
  }
}
