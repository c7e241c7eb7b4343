import type pg from 'pg';
import { StartError } from '../start-error.js';
import { codeOf, withConnection } from './connection.js';
import { installJobSchema } from './job-schema.js';
import { applyMigration, createBookkeeping, MIGRATION_LOCK, readApplied, readMigrations } from './migrations.js';
import { type Migration, planMigrations } from './plan-migrations.js';
import { OWNER_ROLE } from './plan-roles.js';
import { installRoles } from './roles.js';

const LOCK_TIMEOUT_S = 120;
const LOCK_NOT_AVAILABLE = '55P03';
const PERMISSION_DENIED = '42501';

/**
 * Roles, migrations and the tables of jobs, as the login of `url`; everything belongs to `tenure_owner`. Returns the names of the
 * migrations it applied. Safe to run twice and from several processes at once. What a person has to mend is a `StartError`.
 */
export async function installSchema(url: string, migrationsDir: string): Promise<string[]> {
  const own = await readMigrations(migrationsDir);
  return withConnection(url, async (client) => {
    await lockSchema(client);
    await installRoles(client);
    await client.query(`SET ROLE ${OWNER_ROLE}; SET search_path = public; SET client_min_messages = warning`);
    try {
      return await migrate(client, own);
    } catch (error) {
      throw codeOf(error) === PERMISSION_DENIED ? notTheOwner(error) : error;
    }
  });
}

async function migrate(client: pg.Client, own: readonly Migration[]): Promise<string[]> {
  const applied = await readApplied(client);
  if (!applied) await createBookkeeping(client);
  const pending = planMigrations(own, applied ?? []);
  for (const migration of pending) await applyMigration(client, migration);
  await installJobSchema(client);
  return pending.map(({ name }) => name);
}

/** Held until the connection ends. */
async function lockSchema(client: pg.Client): Promise<void> {
  try {
    await client.query(`SET lock_timeout = '${LOCK_TIMEOUT_S}s'`);
    await client.query('SELECT pg_advisory_lock($1)', [MIGRATION_LOCK]);
    await client.query('RESET lock_timeout');
  } catch (error) {
    if (codeOf(error) !== LOCK_NOT_AVAILABLE) throw error;
    throw new StartError(
      `Another process has been changing this database's schema for ${LOCK_TIMEOUT_S} s`,
      'Wait until it is done, or stop it, and start again',
      { cause: error },
    );
  }
}

const notTheOwner = (cause: unknown): StartError =>
  new StartError(
    `Something in the database does not belong to ${OWNER_ROLE} (${(cause as Error).message})`,
    `Give it what an earlier tool made as another user: ALTER TABLE ... OWNER TO ${OWNER_ROLE};`,
    { cause },
  );
