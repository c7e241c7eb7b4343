import { execFile } from 'node:child_process';
import fs from 'node:fs';
import { createRequire } from 'node:module';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';

const ROOT = path.resolve(import.meta.dirname, '../..');
const CRUISER = path.join(ROOT, 'node_modules/dependency-cruiser/bin/dependency-cruiser.mjs');
const RULES = path.join(ROOT, '.dependency-cruiser.cjs');
const { forbidden } = createRequire(import.meta.url)(RULES) as { forbidden: { name: string; comment?: string }[] };

/** A file of the planted tree: its path and its imports, `type ` before those that are erased. */
type Planted = [file: string, ...imports: string[]];

/** What nobody may object to: the product's own shape. */
const ALLOWED: Planted[] = [
  ['libs/contracts/src/index.ts', './ids.js'],
  ['libs/contracts/src/ids.ts'],
  ['libs/platform/src/index.ts', './clock.js'],
  ['libs/platform/src/clock.ts', '#libs/contracts'],
  ['libs/platform/src/clock.spec.ts', './clock.js', '../../../test/setup/until.js'],
  ['libs/instances/src/index.ts', './instances.service.js'],
  ['libs/instances/src/instances.service.ts', '#libs/contracts', '#libs/platform', './decide-name.js'],
  ['libs/instances/src/decide-name.ts', 'type #libs/contracts', './name.errors.js'],
  ['libs/instances/src/name.errors.ts', '#libs/platform'],
  ['libs/connections/src/index.ts', './whatsapp-engine.js', './session.js'],
  ['libs/connections/src/whatsapp-engine.ts', '@whiskeysockets/baileys'],
  ['libs/connections/src/session.ts', 'type @whiskeysockets/baileys', './whatsapp-engine.js'],
  ['libs/sandbox/src/index.ts', './protocol/baileys.js'],
  ['libs/sandbox/src/protocol/baileys.ts', '@whiskeysockets/baileys'],
  ['libs/policy/src/index.ts', '#libs/instances', '#libs/connections', '#libs/platform', '#libs/contracts'],
  ['libs/testing/src/index.ts', '#libs/policy', '#libs/sandbox'],
  ['test/setup/until.ts'],
  ['apps/api/src/features.ts', '#libs/platform', '#libs/policy'],
  ['apps/api/src/api.module.ts', './features.js'],
  ['apps/worker/src/worker.module.ts', '../../api/src/features.js'],
  ['apps/standalone/src/main.ts', '../../api/src/features.js', '../../worker/src/worker.module.js', '#libs/sandbox'],
  ['apps/console/src/app.ts', './view.js'],
  ['apps/console/src/view.ts'],
  ['packages/client/src/index.ts', './pages.js'],
  ['packages/client/src/pages.ts'],
];

/** What breaks a rule: the first file, with what it needs. A cycle is reported at one of its files. */
const FORBIDDEN: [rule: string, violator: Planted, ...others: Planted[]][] = [
  ['no-cycles', ['libs/instances/src/egg.ts', './hen.js'], ['libs/instances/src/hen.ts', './egg.js']],
  ['unresolvable', ['libs/instances/src/lost.ts', './nowhere.js']],
  ['contracts-imports-nobody', ['libs/contracts/src/greedy.ts', '#libs/platform']],
  ['platform-imports-contracts-only', ['libs/platform/src/greedy.ts', '#libs/instances']],
  ['features-do-not-import-each-other', ['libs/sandbox/src/nosy.ts', '#libs/instances']],
  ['features-do-not-import-each-other', ['libs/instances/src/nosy.ts', 'type #libs/connections']],
  ['nobody-imports-policy', ['libs/instances/src/upward.ts', '#libs/policy']],
  ['only-by-index', ['libs/policy/src/burglar.ts', '../../instances/src/instances.service.js']],
  ['only-by-index', ['apps/api/src/burglar.ts', '../../../libs/platform/src/clock.js']],
  ['libs-do-not-import-apps', ['libs/policy/src/upward.ts', '../../../apps/api/src/features.js']],
  ['apps-do-not-import-each-other', ['apps/worker/src/nosy.ts', '../../console/src/view.js']],
  ['console-imports-no-lib', ['apps/console/src/greedy.ts', '#libs/contracts']],
  ['packages-stand-alone', ['packages/client/src/greedy.ts', '#libs/contracts']],
  ['product-imports-no-package', ['libs/policy/src/loop.ts', '../../../packages/client/src/index.js']],
  ['pure-rules-import-types-only', ['libs/instances/src/plan-move.ts', '#libs/contracts']],
  ['pure-rules-import-types-only', ['libs/instances/src/next-state.ts', './name-key.js'], ['libs/instances/src/name-key.ts']],
  ['baileys-in-two-files', ['libs/connections/src/shortcut.ts', '@whiskeysockets/baileys']],
  ['baileys-in-two-files', ['libs/sandbox/src/shortcut.ts', '@whiskeysockets/baileys']],
  ['sources-do-not-import-tests', ['apps/api/src/cheat.ts', '../../../test/setup/until.js']],
];

interface Violation {
  from: string;
  rule: { name: string };
}

/** What the cruiser finds in a tree, as `rule: file`. */
async function violationsIn(planted: Planted[]): Promise<string[]> {
  const tree = fs.mkdtempSync(path.join(os.tmpdir(), 'tenure-boundaries-'));
  try {
    plant(tree, planted);
    const output = await cruise(tree);
    const { summary } = JSON.parse(output) as { summary: { violations: Violation[]; totalCruised: number } };
    expect(summary.totalCruised).toBeGreaterThanOrEqual(planted.length);
    return summary.violations.map(({ rule, from }) => `${rule.name}: ${from}`).sort();
  } finally {
    fs.rmSync(tree, { recursive: true });
  }
}

function plant(tree: string, planted: Planted[]): void {
  for (const [file, ...imports] of planted) write(path.join(tree, file), [...imports.map(importLine), 'export const here = 1;'].join('\n'));
  const { imports } = JSON.parse(fs.readFileSync(path.join(ROOT, 'package.json'), 'utf8')) as { imports: object };
  write(path.join(tree, 'package.json'), JSON.stringify({ type: 'module', imports }));
  write(path.join(tree, 'tsconfig.json'), JSON.stringify({ compilerOptions: { module: 'nodenext', customConditions: ['tenure-source'] } }));
  const baileys = path.join(tree, 'node_modules/@whiskeysockets/baileys');
  write(path.join(baileys, 'package.json'), JSON.stringify({ name: '@whiskeysockets/baileys', type: 'module', main: 'lib/index.js' }));
  write(path.join(baileys, 'lib/index.js'), 'export const here = 1;');
}

function importLine(what: string, index: number): string {
  const [type, target] = what.startsWith('type ') ? ['type ', what.slice('type '.length)] : ['', what];
  return `import ${type}{ here as import${index} } from '${target}';`;
}

function write(file: string, text: string): void {
  fs.mkdirSync(path.dirname(file), { recursive: true });
  fs.writeFileSync(file, `${text}\n`);
}

/** It exits with the number of violations: its output counts. */
async function cruise(tree: string): Promise<string> {
  const run = promisify(execFile)(process.execPath, [CRUISER, 'apps', 'libs', 'packages', '--config', RULES, '--output-type', 'json'], { cwd: tree });
  return run.then(
    ({ stdout }) => stdout,
    ({ stdout, stderr }: { stdout: string; stderr: string }) => {
      if (stdout === '') throw new Error(stderr);
      return stdout;
    },
  );
}

describe('The boundaries between the libs', () => {
  it('let the shape of the product pass', async () => {
    expect(await violationsIn(ALLOWED)).toEqual([]);
  });

  it('refuse each violation by its own rule, and nothing beside it', async () => {
    const planted = FORBIDDEN.flatMap(([, ...files]) => files);
    const found = await violationsIn([...ALLOWED, ...planted]);
    const violations = FORBIDDEN.map(([rule, [violator]]) => `${rule}: ${violator}`);
    expect(found).toEqual(violations.sort());
  });

  it('are all proven to bite here', () => {
    expect(new Set(FORBIDDEN.map(([rule]) => rule))).toEqual(new Set(forbidden.map(({ name }) => name)));
  });

  it('say why they are there', () => {
    for (const { comment } of forbidden) expect(comment).toMatch(/^[A-Z].{30,}\.$/);
  });
});
