// npm run generate             writes what is written from the code and checked in, so that a reviewer sees what a change does to it
// node scripts/generate.mjs --check   exits 1 and names the files that are not in step
// Needs a build. Neither a database nor a port: Nest's preview wires the modules of the product and makes no instance.
import fs from 'node:fs';
import path from 'node:path';

import { envExample } from './generate/env-example.mjs';
import { eventsSchema } from './generate/events-schema.mjs';
import { faultsTable } from './generate/faults-table.mjs';
import { lifecycleDocument } from './generate/lifecycle-document.mjs';
import { openApi, previewApplication, subscriptionsOf } from './generate/preview.mjs';
import { CONNECTION_MOVES, FAULTS, LIFECYCLE_MOVES, renderMetrics, renderProblems, RETENTION_V1_SCHEMA, SETTINGS, settingsOf, SETTLED_STATES } from './generate/product.mjs';
import { CHINESE, ENGLISH, settingsTable } from './generate/settings-table.mjs';
import { replaceBlock } from './generate/replace-block.mjs';

const root = path.resolve(import.meta.dirname, '..');
const read = (file) => (fs.existsSync(path.join(root, file)) ? fs.readFileSync(path.join(root, file), 'utf8') : '');
const json = (value) => `${JSON.stringify(value, null, 2)}\n`;

const withSettings = (file, language) => replaceBlock(file, read(file), 'settings', settingsTable(SETTINGS, settingsOf, language));

const app = await previewApplication();
const blocks = {
  lifecycleMoves: LIFECYCLE_MOVES,
  connectionMoves: CONNECTION_MOVES,
  settledStates: SETTLED_STATES,
  subscriptions: subscriptionsOf(app),
};
const files = {
  'docs/openapi.json': json(openApi(app)),
  'docs/events.schema.json': json(eventsSchema(root)),
  'docs/retention.schema.json': json(RETENTION_V1_SCHEMA),
  'docs/errors.md': renderProblems(),
  'docs/metrics.md': renderMetrics(),
  'docs/lifecycle.md': lifecycleDocument(read('docs/lifecycle.md'), blocks),
  'docs/sandbox.md': replaceBlock('docs/sandbox.md', read('docs/sandbox.md'), 'faults', faultsTable(FAULTS)),
  '.env.example': envExample(SETTINGS, settingsOf),
  'README.md': withSettings('README.md', ENGLISH),
  'README.zh-CN.md': withSettings('README.zh-CN.md', CHINESE),
};

const stale = Object.keys(files).filter((file) => read(file) !== files[file]);
if (process.argv.includes('--check')) {
  for (const file of stale) console.error(`${file} is not in step with the code: run npm run generate and look at what changed`);
  if (stale.length === 0) console.log(`${Object.keys(files).length} generated files are in step with the code`);
  process.exit(stale.length > 0 ? 1 : 0);
}
for (const file of stale) fs.writeFileSync(path.join(root, file), files[file]);
console.log(stale.length > 0 ? `Written: ${stale.join(', ')}` : 'Nothing to do: every generated file is in step with the code');
process.exit(0);
