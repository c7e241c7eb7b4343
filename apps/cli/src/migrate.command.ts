import { DatabaseSettings, installSchema, MIGRATIONS, pick, readSettings, StartError } from '#libs/platform';
import type { Command } from './command.js';

/** Safe to run twice, from several machines at once, and while processes of the previous build run. */
export const migrate: Command = {
  name: 'migrate',
  summary: 'brings the schema of the database at DATABASE_URL up to date; api and worker refuse to start with another',
  async run() {
    const { url } = pick(readSettings([DatabaseSettings]), DatabaseSettings);
    if (!url) throw new StartError('There is no DATABASE_URL', 'Set it to the database to prepare; the embedded one is kept up to date by npm start');
    const applied = await installSchema(url, MIGRATIONS);
    const lines = applied.length > 0 ? applied.map((name) => `applied ${name}`) : ['nothing to do: the schema is that of this build'];
    process.stdout.write(`${lines.join('\n')}\n`);
  },
};
