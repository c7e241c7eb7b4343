import { createRequire } from 'node:module';
import type pg from 'pg';
import { StartError } from '../start-error.js';
import { codeOf } from './connection.js';
import { APP_ROLE, PLATFORM_ROLE } from './plan-roles.js';

/** Where pg-boss keeps its tables. */
export const JOB_SCHEMA = 'pgboss';

/** The version of the tables that the installed pg-boss works with. */
const PACKAGE_VERSION = (createRequire(import.meta.url)('pg-boss/package.json') as { pgboss: { schema: number } }).pgboss.schema;

/** The tables of jobs, made or brought up to date by the role that `client` runs as. */
export async function installJobSchema(client: pg.Client): Promise<void> {
  const version = await jobSchemaVersion(client);
  refuseNewerJobs(version);
  const upToDate = version === PACKAGE_VERSION;
  if (!upToDate) await client.query(await statementsFrom(version));
  if (!upToDate || !(await isGranted(client))) await client.query(GRANTS);
}

/** Throws a `StartError` unless the tables are those of the installed pg-boss. */
export async function checkJobSchema(client: pg.Client, missing: () => StartError): Promise<void> {
  const version = await jobSchemaVersion(client);
  refuseNewerJobs(version);
  if (version !== PACKAGE_VERSION) throw missing();
}

/** Undefined when there is none. */
async function jobSchemaVersion(client: pg.Client): Promise<number | undefined> {
  try {
    const { rows } = await client.query<{ version: number }>(`SELECT version::int FROM ${JOB_SCHEMA}.version`);
    return rows[0]?.version;
  } catch (error) {
    if (NOT_THERE.has(codeOf(error) ?? '')) return undefined;
    throw error;
  }
}

const NOT_THERE = new Set(['42P01', '3F000']); // table, schema

function refuseNewerJobs(version: number | undefined): void {
  if (version === undefined || version <= PACKAGE_VERSION) return;
  throw new StartError(
    `The tables of jobs have version ${version}, newer than this build's ${PACKAGE_VERSION}`,
    'Start the newer build, or restore the backup made before it was installed',
  );
}

/** Index builds are part of the plan: later nobody may make an index. Loaded only when needed, it costs more than a second start. */
async function statementsFrom(version: number | undefined): Promise<string> {
  const { getConstructionPlans, getMigrationPlans } = await import('pg-boss');
  return version === undefined ? getConstructionPlans(JOB_SCHEMA) : getMigrationPlans(JOB_SCHEMA, version);
}

/** The use of the schema is granted last, so it tells that the rest is. */
async function isGranted(client: pg.Client): Promise<boolean> {
  const { rows } = await client.query<{ granted: boolean }>(
    `SELECT bool_and(has_schema_privilege(role, $2, 'USAGE')) AS granted FROM unnest($1::text[]) role`,
    [[APP_ROLE, PLATFORM_ROLE], JOB_SCHEMA],
  );
  return rows[0]?.granted ?? false;
}

const GRANTEES = `${APP_ROLE}, ${PLATFORM_ROLE}`;
const GRANTS = `
  BEGIN;
  GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA ${JOB_SCHEMA} TO ${GRANTEES};
  GRANT USAGE ON ALL SEQUENCES IN SCHEMA ${JOB_SCHEMA} TO ${GRANTEES};
  GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA ${JOB_SCHEMA} TO ${GRANTEES};
  ALTER DEFAULT PRIVILEGES IN SCHEMA ${JOB_SCHEMA} GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO ${GRANTEES};
  ALTER DEFAULT PRIVILEGES IN SCHEMA ${JOB_SCHEMA} GRANT USAGE ON SEQUENCES TO ${GRANTEES};
  GRANT USAGE ON SCHEMA ${JOB_SCHEMA} TO ${GRANTEES};
  COMMIT`;
