import { parseArgs, type ParseArgsOptionsConfig } from 'node:util';
import { explainFailure, VERSION } from '#libs/platform';
import { auditKeysRotate } from './audit-keys-rotate.command.js';
import type { Command } from './command.js';
import { keysRotate } from './keys-rotate.command.js';
import { keysStatus } from './keys-status.command.js';
import { migrate } from './migrate.command.js';

const COMMANDS: Command[] = [migrate, keysRotate, keysStatus, auditKeysRotate];

const DONE = 0;
const FAILED = 1;
const NOT_UNDERSTOOD = 2;

/** Does what the words say; gives the exit code: 0 done, 1 it could not be done, 2 not understood. */
export async function runCommandLine(words: string[]): Promise<number> {
  const asked = understand(words);
  if ('fault' in asked) return complain(`${asked.fault}\n\n${usage()}`, NOT_UNDERSTOOD);
  try {
    await asked.run();
    return DONE;
  } catch (error) {
    return complain(explainFailure(error), FAILED);
  }
}

const FLAGS = COMMANDS.flatMap(({ flags = {} }) => Object.keys(flags));
const OPTIONS: ParseArgsOptionsConfig = {
  help: { type: 'boolean', short: 'h' },
  version: { type: 'boolean' },
  ...Object.fromEntries(FLAGS.map((flag) => [flag, { type: 'boolean' }])),
};

type Asked = { run(): Promise<void> } | { fault: string };

function understand(words: string[]): Asked {
  try {
    const { positionals, values } = parseArgs({ args: words, allowPositionals: true, options: OPTIONS });
    if (values.help || positionals[0] === 'help') return say(usage());
    if (values.version) return say(VERSION);
    return choose(positionals, FLAGS.filter((flag) => values[flag]));
  } catch (error) {
    return { fault: (error as Error).message };
  }
}

function choose(words: string[], flags: string[]): Asked {
  if (words.length === 0) return { fault: 'Which command?' };
  const command = COMMANDS.find(({ name }) => `${words.join(' ')} `.startsWith(`${name} `));
  if (!command) return { fault: `There is no command ${words.join(' ')}.` };
  const [strange] = [...words.slice(command.name.split(' ').length), ...flags.filter((flag) => !command.flags?.[flag]).map((flag) => `--${flag}`)];
  return strange === undefined ? { run: () => command.run(new Set(flags)) } : { fault: `${command.name} takes no ${strange}.` };
}

const say = (text: string): Asked => ({ run: async () => void process.stdout.write(`${text}\n`) });

function complain(text: string, code: number): number {
  process.stderr.write(`${text}\n`);
  return code;
}

function usage(): string {
  const flagsOf = ({ name, flags = {} }: Command) => Object.entries(flags).map(([flag, summary]) => ({ name: `${name} --${flag}`, summary }));
  const lines = [...COMMANDS.flatMap((command) => [command, ...flagsOf(command)]), { name: 'help', summary: 'shows this' }];
  const width = Math.max(...lines.map(({ name }) => name.length));
  return ['Usage: npm run -s tenure -- <command>', '', ...lines.map(({ name, summary }) => `  ${name.padEnd(width)}  ${summary}`)].join('\n');
}
