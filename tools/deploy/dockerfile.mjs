import { validate } from 'dockerfile-utils';
import { stagesOf } from './dockerfile-stages.mjs';
import { letsIn } from './dockerignore.mjs';

/** Variables that are not ours but Node's. */
const FOREIGN = new Set(['NODE_ENV']);

/** What is wrong with the Dockerfile: the linter's findings first, then ours. Empty when nothing is. */
export function dockerfileFaults(text, ignore, facts) {
  const stages = stagesOf(text);
  const last = stages.at(-1);
  if (!last) return ['there is no FROM'];
  return [...lint(text), ...stages.flatMap((stage) => [...base(stage, stages, facts), ...copies(stage, ignore, facts), ...installs(stage)]), ...runtime(last, stages, facts)];
}

/** Anything Docker's own parser would refuse or warn of. */
const lint = (text) => validate(text, {}).map(({ range, message }) => `line ${range.start.line + 1}: ${message}`);

function base({ from, line }, stages, { node }) {
  if (stages.some(({ name }) => name === from)) return [];
  const [, tag = ''] = from.split('@')[0].split(':');
  if (!tag || tag === 'latest') return [`line ${line}: ${from} has no tag, so that it is another image tomorrow`];
  return from.startsWith('node:') && tag.split(/[.-]/)[0] !== node ? [`line ${line}: ${from} is not the Node ${node} of package.json`] : [];
}

function copies({ instructions }, ignore, { exists }) {
  const sources = instructions.filter(({ keyword, flags }) => keyword === 'COPY' && !flags.from).flatMap(({ line, words }) => words.slice(0, -1).map((source) => ({ line, source })));
  return [
    ...instructions.filter(({ keyword }) => keyword === 'ADD').map(({ line }) => `line ${line}: COPY does it, and nothing else besides`),
    ...sources.filter(({ source }) => !exists(source)).map(({ line, source }) => `line ${line}: ${source} is not in the checkout`),
    ...sources.filter(({ source }) => !letsIn(ignore, source)).map(({ line, source }) => `line ${line}: .dockerignore keeps ${source} out`),
  ];
}

function installs({ instructions }) {
  const runs = instructions.filter(({ keyword, text }) => keyword === 'RUN' && /\bnpm (i|install|add)\b/.test(text));
  return runs.map(({ line }) => `line ${line}: npm ci installs what the lock file says, and nothing else does`);
}

function runtime(stage, stages, facts) {
  return [...user(stage), ...dependencies(stage, stages), ...environment(stage, facts), ...commands(stage, facts)];
}

function user({ instructions }) {
  const id = instructions.findLast(({ keyword }) => keyword === 'USER')?.words[0];
  return /^[1-9]\d*(:[1-9]\d*)?$/.test(id ?? '') ? [] : [`USER is ${id ?? 'missing'}: it has to be a number and not root`];
}

/** Nothing is installed where it runs; its node_modules come from a stage that installs without development dependencies. */
function dependencies({ instructions }, stages) {
  const faults = instructions.filter(({ keyword }) => keyword === 'RUN').map(({ line }) => `line ${line}: the last stage runs nothing, it only copies`);
  const copied = instructions.filter(({ keyword, words }) => keyword === 'COPY' && words.some((word) => word.includes('node_modules')));
  if (copied.length === 0) faults.push('the last stage has no node_modules');
  for (const { line, flags } of copied) {
    const source = stages.find(({ name }) => name === flags.from);
    const install = source?.instructions.find(({ keyword, text }) => keyword === 'RUN' && /\bnpm ci\b/.test(text));
    if (!install?.text.includes('--omit=dev')) faults.push(`line ${line}: node_modules with development dependencies`);
  }
  return faults;
}

function environment({ instructions }, { settings }) {
  const names = instructions.filter(({ keyword }) => keyword === 'ENV').flatMap(({ line, variables }) => variables.map((name) => ({ line, name })));
  return names.filter(({ name }) => !settings.has(name) && !FOREIGN.has(name)).map(({ line, name }) => `line ${line}: ${name} is no setting of .env.example`);
}

function commands({ instructions }, { exists }) {
  const last = (wanted) => instructions.findLast(({ keyword }) => keyword === wanted);
  const faults = ['ENTRYPOINT', 'CMD', 'HEALTHCHECK'].filter((keyword) => !last(keyword)?.json).map((keyword) => `${keyword} is missing, or not in exec form`);
  const files = ['ENTRYPOINT', 'CMD', 'HEALTHCHECK'].flatMap((keyword) => last(keyword)?.json ?? []).filter((word) => /\.m?js$/.test(word));
  return [...faults, ...files.filter((file) => !exists(file)).map((file) => `${file} is started, and is not there after a build`)];
}
