import type pg from 'pg';
import { StartError } from '../start-error.js';
import { codeOf, withConnection } from './connection.js';
import { checkJobSchema } from './job-schema.js';
import { readApplied, readMigrations } from './migrations.js';
import { planMigrations } from './plan-migrations.js';
import { APP_ROLE } from './plan-roles.js';

/**
 * For a process that must not change the schema: resolves when the schema is exactly this build's and the login may run as
 * `tenure_app`, else throws a `StartError`. Changes nothing.
 */
export async function checkSchema(url: string, migrationsDir: string): Promise<void> {
  const own = await readMigrations(migrationsDir);
  await withConnection(url, async (client) => {
    await becomeApp(client);
    const applied = await readApplied(client);
    if (!applied) throw notInstalled();
    const pending = planMigrations(own, applied);
    if (pending.length > 0) throw olderSchema(pending.map(({ name }) => name));
    await checkJobSchema(client, notInstalled);
  });
}

async function becomeApp(client: pg.Client): Promise<void> {
  try {
    await client.query(`SET ROLE ${APP_ROLE}; SET search_path = public`);
  } catch (error) {
    if (codeOf(error) === NO_SUCH_ROLE) throw notInstalled(error);
    throw new StartError(
      `The database user "${client.user}" may not act as ${APP_ROLE}`,
      `Run this as a superuser: GRANT ${APP_ROLE} TO "${client.user}";`,
      { cause: error },
    );
  }
}

const NO_SUCH_ROLE = '22023';

const FIX = 'Run npm run tenure -- migrate with the same DATABASE_URL';

const notInstalled = (cause?: unknown): StartError => new StartError("Tenure's schema is not in this database", FIX, { cause });

const olderSchema = (missing: readonly string[]): StartError =>
  new StartError(`The database's schema is older than this build, ${missing.join(', ')} is missing`, FIX);
