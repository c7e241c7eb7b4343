// npm run bench                 every bench, 5 rounds, a table on the screen
// npm run bench -- --write      and in docs/benchmarks.md
// npm run bench -- --rounds 3 --only http
// Quote ratios: the machine is shared. Each figure stands beside an alternative that ran in the same minutes.
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { parseArgs } from 'node:util';

import { httpBench } from './http.bench.mjs';
import { median } from './measure.mjs';
import { memoryBench } from './memory.bench.mjs';
import { sandboxBench } from './sandbox.bench.mjs';
import { startBench } from './start.bench.mjs';

const { values } = parseArgs({ options: { rounds: { type: 'string', default: '5' }, only: { type: 'string' }, write: { type: 'boolean', default: false } } });
const rounds = Number(values.rounds);
const wanted = (name) => !values.only || values.only === name;

const sections = [];
if (wanted('http')) sections.push(httpTable(await httpBench({ rounds })));
if (wanted('memory')) sections.push(await memoryBench());
if (wanted('sandbox')) sections.push(await sandboxBench());
if (wanted('start')) sections.push(await startBench({ rounds }));
const text = sections.join('\n');
console.log(text);
if (values.write) fs.writeFileSync(path.resolve(import.meta.dirname, '../../docs/benchmarks.md'), document(text));
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

function document(body) {
  const commit = execFileSync('git', ['rev-parse', '--short', 'HEAD'], { encoding: 'utf8' }).trim();
  const machine = `${os.cpus().length} cores (${os.cpus()[0].model}), Node ${process.version}, ${new Date().toISOString().slice(0, 10)}, commit ${commit}`;
  return `# Benchmarks

Written by \`npm run bench -- --write\`. Medians of ${rounds} rounds that alternate between Tenure and the alternative, after one that warms up.
Measured on ${machine}. The machine was not quiet: compare ratios, and run it on yours.

*Tenure* is the built product, one process with everything, on its embedded PostgreSQL. *bare* is [\`test/bench/bare-server.mjs\`](../test/bench/bare-server.mjs):
Fastify and pg with one table, which looks up the key by its hash and does nothing else that Tenure does. CPU is that of the Node process, as the kernel counts it,
with everything the operation leads to (for a creation: journal, positions, the job that asks the rules); the database's is not in it.

${body}`;
}
