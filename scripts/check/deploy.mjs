import { run } from './run.mjs';
import { installTools } from './tools.mjs';

/** Dockerfile, compose files and manifests are valid and agree with the product, and the checks that say so find planted faults. */
export async function checkDeployment() {
  if (!(await installTools('tools/deploy'))) return false;
  if (!(await run('node', ['tools/deploy/check.mjs']))) return false;
  return run('node', ['--test', '--test-reporter=dot', 'tools/deploy/planted-faults.test.mjs']);
}
