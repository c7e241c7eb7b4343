// npm run bench                 every bench, 5 rounds, a table on the screen
// npm run bench -- --write      and in docs/benchmarks.md, each section in its place
// npm run bench -- --rounds 3 --only http,closed
// npm run bench -- --only sessions,messages --sessions 200 --sessions 1000 --unpaced 500
// Quote ratios: the machine is shared. Each figure stands beside an alternative that ran in the same minutes.
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { parseArgs } from 'node:util';

import { auditBench } from './audit.bench.mjs';
import { closedBench } from './closed.bench.mjs';
import { exportBench } from './export.bench.mjs';
import { httpBench } from './http.bench.mjs';
import { median } from './measure.mjs';
import { memoryBench } from './memory.bench.mjs';
import { messagesBench } from './messages.bench.mjs';
import { previewBench } from './preview.bench.mjs';
import { retentionBench } from './retention.bench.mjs';
import { sandboxBench } from './sandbox.bench.mjs';
import { sessionsBench } from './sessions.bench.mjs';
import { startBench } from './start.bench.mjs';

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '5' },
    sessions: { type: 'string', multiple: true, default: ['200'] },
    unpaced: { type: 'string', default: '200' },
    only: { type: 'string' },
    write: { type: 'boolean', default: false },
  },
});
const rounds = Number(values.rounds);
const wanted = (name) => !values.only || values.only.split(',').includes(name);

const INTRODUCTION = `# Benchmarks

Written by \`npm run bench -- --write\`. Medians of rounds that alternate between Tenure and the alternative, after one that warms up.
The machine was not quiet: compare ratios, and run it on yours.

*Tenure* is the built product, one process with everything. *bare* is [\`test/bench/bare-server.mjs\`](../test/bench/bare-server.mjs):
Fastify and pg with one table, which looks up the key by its hash and does nothing else that Tenure does. *raw* is
[\`test/bench/raw-baileys.mjs\`](../test/bench/raw-baileys.mjs): unmodified Baileys alone with the product's socket options and its own file store,
behind a few lines of node:http. It keeps no message, has no tenants, no ownership, no encryption at rest and no reconnect.
Both talk to the same \`npm run sandbox\`, which is a process of its own. CPU is that of the Node process, as the kernel counts it, with everything
the operation leads to (for a creation: journal, positions, the job that asks the rules); the database's is not in it unless a column says so.`;

const sections = [];
if (wanted('http')) sections.push(httpTable(await httpBench({ rounds })));
if (wanted('memory')) sections.push(await memoryBench());
if (wanted('sandbox')) sections.push(await sandboxBench());
if (wanted('start')) sections.push(await startBench({ rounds }));
if (wanted('sessions')) sections.push(await sessionsBench({ counts: values.sessions.map(Number), unpaced: Number(values.unpaced) }));
if (wanted('messages')) sections.push(await messagesBench({ rounds }));
if (wanted('preview')) sections.push(await previewBench({ rounds }));
if (wanted('retention')) sections.push(await retentionBench());
if (wanted('audit')) sections.push(await auditBench({ rounds }));
if (wanted('export')) sections.push(await exportBench({ rounds }));
if (wanted('closed')) sections.push(await closedBench());
console.log(sections.join('\n'));
if (values.write) write(sections);
process.exit(0);

function httpTable(results) {
  const rows = results.map(({ name, goal, goalMs, rounds: measured }) => {
    const of = (who, what) => median(measured.map((round) => round[who][what]));
    const [cpu, floor] = [of('tenure', 'cpuMs'), of('bare', 'cpuMs')];
    const met = cpu <= goalMs ? 'met' : '**missed**';
    return `| ${name} | ${cpu.toFixed(2)} | ${floor.toFixed(2)} | ${(cpu / floor).toFixed(1)}x | ${of('tenure', 'wallMs').toFixed(2)} | ${of('bare', 'wallMs').toFixed(2)} | ${goal}: ${met} |`;
  });
  const head = ['| operation | Tenure, CPU ms | bare, CPU ms | ratio | Tenure, ms per operation | bare | goal |', '|---|---|---|---|---|---|---|'];
  return `## HTTP\n\n${[...head, ...rows].join('\n')}\n`;
}

/** What was measured now replaces what was measured before; the rest of the document stays, with the commit it was measured at. */
function write(sections) {
  const file = path.resolve(import.meta.dirname, '../../docs/benchmarks.md');
  const before = fs.existsSync(file) ? fs.readFileSync(file, 'utf8').split(/^(?=## )/m).slice(1) : [];
  const kept = new Map(before.map((section) => [titleOf(section), section.trim()]));
  for (const section of sections) kept.set(titleOf(section), `${section.trim()}\n\n${measuredOn()}`);
  fs.writeFileSync(file, `${[INTRODUCTION.trim(), ...kept.values()].join('\n\n')}\n`);
}

function titleOf(section) {
  return section.split('\n', 1)[0];
}

function measuredOn() {
  const commit = execFileSync('git', ['rev-parse', '--short', 'HEAD'], { encoding: 'utf8' }).trim();
  return `Measured on ${os.cpus().length} cores (${os.cpus()[0].model}), Node ${process.version}, ${new Date().toISOString().slice(0, 10)}, commit ${commit}.`;
}
