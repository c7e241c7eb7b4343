// npm run campaign:short [-- paths and options of Jest]: the second tier; what is quick enough beside others, then what needs the machine for itself.
import process from 'node:process';

import { JEST } from './check/jest.mjs';
import { run } from './check/run.mjs';

for (const campaign of ['short', 'alone']) {
  if (!(await run('node', [...JEST, '--passWithNoTests', ...process.argv.slice(2)], { TENURE_CAMPAIGN: campaign }))) process.exitCode = 1;
}
