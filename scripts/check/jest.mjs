import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';

import { run } from './run.mjs';

export const JEST = ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning', 'node_modules/jest/bin/jest.js'];

/** One Jest run. A file that cannot even start counts as one failed test: it holds tests nobody ran. */
export async function jest({ campaign }) {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'tenure-check-'));
  const report = path.join(folder, 'report.json');
  try {
    const ok = await run('node', [...JEST, '--json', `--outputFile=${report}`], campaign ? { TENURE_CAMPAIGN: campaign } : {});
    return { ...counts(report), ok };
  } finally {
    fs.rmSync(folder, { recursive: true, force: true });
  }
}

function counts(report) {
  if (!fs.existsSync(report)) return { passed: 0, failed: 1 };
  const { numPassedTests, numFailedTests, numRuntimeErrorTestSuites } = JSON.parse(fs.readFileSync(report, 'utf8'));
  return { passed: numPassedTests, failed: numFailedTests + numRuntimeErrorTestSuites };
}
