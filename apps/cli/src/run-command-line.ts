import { parseArgs, type ParseArgsOptionsConfig } from 'node:util';
import { explainFailure, VERSION } from '#libs/platform';
import { auditKeysRotate } from './audit-keys-rotate.command.js';
import { auditReplay } from './audit-replay.command.js';
import { auditVerify } from './audit-verify.command.js';
import type { Command, Given } from './command.js';
import { keysRotate } from './keys-rotate.command.js';
import { keysStatus } from './keys-status.command.js';
import { migrate } from './migrate.command.js';

const COMMANDS: Command[] = [migrate, keysRotate, keysStatus, auditVerify, auditReplay, auditKeysRotate];

const DONE = 0;
const FAILED = 1;
const NOT_UNDERSTOOD = 2;

/** Does what the words say; gives the exit code: 0 done, 1 it could not be done, 2 not understood. A command may say otherwise. */
export async function runCommandLine(words: string[]): Promise<number> {
  const asked = understand(words);
  if ('fault' in asked) return complain(`${asked.fault}\n\n${usage()}`, NOT_UNDERSTOOD);
  try {
    return (await asked.run()) ?? DONE;
  } catch (error) {
    return complain(explainFailure(error), FAILED);
  }
}

const FLAGS = COMMANDS.flatMap(({ flags = {} }) => Object.keys(flags));
const VALUED = COMMANDS.flatMap(({ options = {} }) => Object.keys(options));
const OPTIONS: ParseArgsOptionsConfig = {
  help: { type: 'boolean', short: 'h' },
  version: { type: 'boolean' },
  ...Object.fromEntries(FLAGS.map((flag) => [flag, { type: 'boolean' }])),
  ...Object.fromEntries(VALUED.map((option) => [option, { type: 'string' }])),
};

type Asked = { run(): Promise<number | void> } | { fault: string };

function understand(words: string[]): Asked {
  try {
    const { positionals, values } = parseArgs({ args: words, allowPositionals: true, options: OPTIONS });
    if (values.help || positionals[0] === 'help') return say(usage());
    if (values.version) return say(VERSION);
    const options = Object.fromEntries(VALUED.flatMap((option) => (typeof values[option] === 'string' ? [[option, values[option]]] : [])));
    return choose(positionals, FLAGS.filter((flag) => values[flag]), options);
  } catch (error) {
    return { fault: (error as Error).message };
  }
}

function choose(words: string[], flags: string[], options: Given['options']): Asked {
  if (words.length === 0) return { fault: 'Which command?' };
  const command = COMMANDS.find(({ name }) => `${words.join(' ')} `.startsWith(`${name} `));
  if (!command) return { fault: `There is no command ${words.join(' ')}.` };
  const given = { operands: words.slice(command.name.split(' ').length), options };
  const fault = strangeIn(command, flags, given) ?? lackingIn(command, given);
  return fault === null ? { run: () => command.run(new Set(flags), given) } : { fault: `${command.name} ${fault}.` };
}

function strangeIn(command: Command, flags: string[], { operands, options }: Given): string | null {
  const dashed = [...flags.filter((flag) => !command.flags?.[flag]), ...Object.keys(options).filter((option) => !command.options?.[option])];
  const [strange] = [...operands.slice(command.operands?.length ?? 0), ...dashed.map((name) => `--${name}`)];
  return strange === undefined ? null : `takes no ${strange}`;
}

function lackingIn(command: Command, { operands, options }: Given): string | null {
  const valued = Object.entries(command.options ?? {}).filter(([option, { required }]) => required && !options[option]);
  const [lacking] = [...(command.operands ?? []).slice(operands.length).map((operand) => `<${operand}>`), ...valued.map(([option, { value }]) => `--${option} <${value}>`)];
  return lacking === undefined ? null : `needs ${lacking}`;
}

const say = (text: string): Asked => ({ run: async () => void process.stdout.write(`${text}\n`) });

function complain(text: string, code: number): number {
  process.stderr.write(`${text}\n`);
  return code;
}

function usage(): string {
  const lines = [...COMMANDS.flatMap(linesOf), { name: 'help', summary: 'shows this' }];
  const width = Math.max(...lines.map(({ name }) => name.length));
  return ['Usage: npm run -s tenure -- <command>', '', ...lines.map(({ name, summary }) => `  ${name.padEnd(width)}  ${summary}`)].join('\n');
}

function linesOf({ name, summary, operands = [], flags = {}, options = {} }: Command): { name: string; summary: string }[] {
  return [
    { name: [name, ...operands.map((operand) => `<${operand}>`)].join(' '), summary },
    ...Object.entries(options).map(([option, { value, summary }]) => ({ name: `${name} --${option} <${value}>`, summary })),
    ...Object.entries(flags).map(([flag, summary]) => ({ name: `${name} --${flag}`, summary })),
  ];
}
