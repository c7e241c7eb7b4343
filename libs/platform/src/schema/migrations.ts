import { createHash, randomUUID } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import type pg from 'pg';
import { StartError } from '../start-error.js';
import { codeOf } from './connection.js';
import type { AppliedMigration, Migration } from './plan-migrations.js';
import { APP_ROLE } from './plan-roles.js';

/** The key of the advisory lock that Prisma Migrate takes: whoever is second waits for the first. */
export const MIGRATION_LOCK = 72707369;

const TABLE = 'public._prisma_migrations';
const UNDEFINED_TABLE = '42P01';

/** In the order in which they are applied. */
export async function readMigrations(folder: string): Promise<Migration[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  const names = entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name);
  return Promise.all(names.sort().map((name) => readMigration(folder, name)));
}

async function readMigration(folder: string, name: string): Promise<Migration> {
  const sql = await readFile(path.join(folder, name, 'migration.sql'), 'utf8');
  return { name, sql, checksum: createHash('sha256').update(sql).digest('hex') };
}

/** Undefined when no migration ever ran here. */
export async function readApplied(client: pg.Client | pg.Pool): Promise<AppliedMigration[] | undefined> {
  try {
    const { rows } = await client.query<AppliedMigration>(
      `SELECT migration_name AS name, checksum, finished_at IS NOT NULL AS finished FROM ${TABLE} WHERE rolled_back_at IS NULL ORDER BY 1`,
    );
    return rows;
  } catch (error) {
    if (codeOf(error) === UNDEFINED_TABLE) return undefined;
    throw error;
  }
}

/** As Prisma makes it; the runtime may read it to see that it fits the schema. */
export async function createBookkeeping(client: pg.Client): Promise<void> {
  await client.query(`CREATE TABLE ${TABLE} (
      id VARCHAR(36) PRIMARY KEY NOT NULL,
      checksum VARCHAR(64) NOT NULL,
      finished_at TIMESTAMPTZ,
      migration_name VARCHAR(255) NOT NULL,
      logs TEXT,
      rolled_back_at TIMESTAMPTZ,
      started_at TIMESTAMPTZ NOT NULL DEFAULT now(),
      applied_steps_count INTEGER NOT NULL DEFAULT 0
    );
    GRANT SELECT ON ${TABLE} TO ${APP_ROLE}`);
}

/** All of it or nothing, with its row: a process that dies here leaves no trace. Hence a migration holds no COMMIT of its own. */
export async function applyMigration(client: pg.Client, { name, sql, checksum }: Migration): Promise<void> {
  await client.query('BEGIN');
  try {
    await client.query(sql); // the simple protocol: many statements
    await client.query(
      `INSERT INTO ${TABLE} (id, checksum, migration_name, started_at, finished_at, applied_steps_count)
       VALUES ($1, $2, $3, now(), clock_timestamp(), 1)`,
      [randomUUID(), checksum, name],
    );
    await client.query('COMMIT');
  } catch (cause) {
    await client.query('ROLLBACK');
    throw new StartError(
      `The migration ${name} failed (${(cause as Error).message})`,
      'The database is as it was before; correct the cause, or start the previous build, and report this',
      { cause },
    );
  }
}
