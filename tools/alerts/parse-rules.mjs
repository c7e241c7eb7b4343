// node tools/alerts/parse-rules.mjs <alerts.yml>   exits 1 and names every expression that is no PromQL
// Less than promtool does: it reads the expressions and neither their types nor the templates, and runs no test.
import fs from 'node:fs';

import { parser } from '@prometheus-io/lezer-promql';
import { parse } from 'yaml';

const { groups } = parse(fs.readFileSync(process.argv[2], 'utf8'));
const rules = groups.flatMap((group) => group.rules);
const faults = rules.filter(({ expr }) => typeof expr !== 'string' || faultAt(expr) !== null);
for (const { alert, expr } of faults) console.error(`${alert}: the expression cannot be read${typeof expr === 'string' ? ` from character ${faultAt(expr)} on` : ''}`);
if (faults.length === 0) console.log(`${rules.length} expressions can be read`);
process.exitCode = faults.length > 0 || rules.length === 0 ? 1 : 0;

/** Where the first fault is; null when there is none. */
function faultAt(expr) {
  let at = null;
  parser.parse(expr).iterate({ enter: (node) => void (node.type.isError && (at ??= node.from)) });
  return at;
}
