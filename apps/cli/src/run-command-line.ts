import { parseArgs } from 'node:util';
import { explainFailure, VERSION } from '#libs/platform';
import type { Command } from './command.js';
import { migrate } from './migrate.command.js';

const COMMANDS: Command[] = [migrate];

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

type Asked = Pick<Command, 'run'> | { fault: string };

function understand(words: string[]): Asked {
  try {
    const { positionals, values } = parseArgs({ args: words, allowPositionals: true, options: { help: { type: 'boolean', short: 'h' }, version: { type: 'boolean' } } });
    const [name, ...rest] = positionals;
    if (values.help || name === 'help') return say(usage());
    if (values.version) return say(VERSION);
    return choose(name, rest);
  } catch (error) {
    return { fault: (error as Error).message };
  }
}

function choose(name: string | undefined, rest: string[]): Asked {
  if (name === undefined) return { fault: 'Which command?' };
  const command = COMMANDS.find((one) => one.name === name);
  if (!command) return { fault: `There is no command ${name}.` };
  return rest.length > 0 ? { fault: `${name} takes no ${rest[0]}.` } : command;
}

const say = (text: string): Asked => ({ run: async () => void process.stdout.write(`${text}\n`) });

function complain(text: string, code: number): number {
  process.stderr.write(`${text}\n`);
  return code;
}

function usage(): string {
  const commands = [...COMMANDS, { name: 'help', summary: 'shows this' }];
  const width = Math.max(...commands.map(({ name }) => name.length));
  return ['Usage: npm run -s tenure -- <command>', '', ...commands.map(({ name, summary }) => `  ${name.padEnd(width)}  ${summary}`)].join('\n');
}
