import fs from 'node:fs';
import path from 'node:path';

import { findPromtool } from '../alerts/promtool.mjs';
import { run } from './run.mjs';

const RULES = 'deploy/prometheus/alerts.yml';
const TESTS = 'deploy/prometheus/alerts.test.yml';
const READER = 'tools/alerts';

/** The alert rules are read and tested by Prometheus' own tool. That they name metrics which there are is a test (`test/meta/alerts.spec.ts`). */
export async function checkAlerts() {
  const promtool = findPromtool();
  if (promtool) return (await run(promtool, ['check', 'rules', RULES])) && run(promtool, ['test', 'rules', TESTS]);
  console.log('  THE ALERT RULES ARE NOT TESTED: there is no promtool here (Debian: apt-get install prometheus), so only their expressions are read.');
  return (await reader()) && run('node', [`${READER}/parse-rules.mjs`, RULES]);
}

/** A parser of PromQL from npm, installed when it is needed and never otherwise. */
async function reader() {
  const root = path.resolve(import.meta.dirname, '../..');
  if (fs.existsSync(path.join(root, READER, 'node_modules/yaml'))) return true;
  return run('npm', ['ci', '--prefix', READER, '--ignore-scripts', '--no-audit', '--no-fund']);
}
