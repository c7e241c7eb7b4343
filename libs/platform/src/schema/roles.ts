import type pg from 'pg';
import { StartError } from '../start-error.js';
import { codeOf, serverVersion } from './connection.js';
import { APP_ROLE, OWNER_ROLE, PLATFORM_ROLE, planRoles, type RoleFacts, type RoleName, ROLES } from './plan-roles.js';

const ATTEMPTS = 5;
const PERMISSION_DENIED = '42501';
/** Roles belong to the whole server: another database's process may be making them at this moment. */
const LOST_RACE = new Set(['42710', '23505', 'XX000']);

/** Makes and grants what is missing. Throws a `StartError` with the SQL to run when the login may not. */
export async function installRoles(client: pg.Client): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    const missing = planRoles(await readRoleFacts(client));
    if (missing.length === 0) return;
    if (attempt > ATTEMPTS) throw mayNot(client, missing);
    await execute(client, missing);
  }
}

async function execute(client: pg.Client, statements: string[]): Promise<void> {
  try {
    await client.query(`BEGIN; ${statements.join('; ')}; COMMIT`);
  } catch (error) {
    await client.query('ROLLBACK');
    if (codeOf(error) === PERMISSION_DENIED) throw mayNot(client, statements, error);
    if (!LOST_RACE.has(codeOf(error) ?? '')) throw error;
  }
}

const mayNot = ({ user, database }: pg.Client, statements: string[], cause?: unknown): StartError =>
  new StartError(
    `The database user "${user}" may not make the roles that keep tenants apart`,
    `Run this in the database "${database}" as a superuser: ${statements.join('; ')};`,
    { cause },
  );

async function readRoleFacts(client: pg.Client): Promise<RoleFacts> {
  const version = await serverVersion(client);
  const { rows: roles } = await client.query<RoleRow>(ROLE_FACTS(version), [ROLES]);
  const { rows } = await client.query<DatabaseRow>(DATABASE_FACTS);
  const database = rows[0]!;
  const of = <T>(read: (row: RoleRow) => T) => Object.fromEntries(roles.map((row) => [row.name, read(row)])) as Partial<Record<RoleName, T>>;
  const row = (name: RoleName) => roles.find((role) => role.name === name);
  return {
    ...{ login: database.login, database: database.database, serverVersion: version, roles: of((role) => role) },
    platform: { maySet: row(PLATFORM_ROLE)?.appMaySet ?? false, inherited: row(PLATFORM_ROLE)?.appInherits ?? false },
    ownerMayCreate: { inDatabase: row(OWNER_ROLE)?.createInDatabase ?? false, inPublic: row(OWNER_ROLE)?.createInPublic ?? false },
    usageOfPublic: of((role) => role.usageOfPublic),
    appMayCreateInPublic: row(APP_ROLE)?.createInPublic ?? false,
  };
}

interface RoleRow {
  name: RoleName;
  powerful: boolean;
  inherits: boolean;
  loginMaySet: boolean;
  appMaySet: boolean;
  appInherits: boolean;
  createInDatabase: boolean;
  createInPublic: boolean;
  usageOfPublic: boolean;
}

interface DatabaseRow {
  login: string;
  database: string;
}

// 15 knows no SET privilege: there every member may SET ROLE. USAGE means "without SET ROLE".
const ROLE_FACTS = (version: number) => `
  SELECT r.rolname AS name,
         r.rolsuper OR r.rolbypassrls OR r.rolcanlogin OR r.rolcreaterole OR r.rolcreatedb OR r.rolreplication AS powerful,
         r.rolinherit AS inherits,
         pg_has_role(r.oid, '${version >= 16 ? 'SET' : 'MEMBER'}') AS "loginMaySet",
         coalesce(pg_has_role(app.oid, r.oid, '${version >= 16 ? 'SET' : 'MEMBER'}'), false) AS "appMaySet",
         coalesce(pg_has_role(app.oid, r.oid, 'USAGE'), false) AS "appInherits",
         has_database_privilege(r.oid, current_database(), 'CREATE') AS "createInDatabase",
         has_schema_privilege(r.oid, 'public', 'CREATE') AS "createInPublic",
         has_schema_privilege(r.oid, 'public', 'USAGE') AS "usageOfPublic"
    FROM pg_roles r LEFT JOIN pg_roles app ON app.rolname = '${APP_ROLE}'
   WHERE r.rolname = ANY($1)`;

const DATABASE_FACTS = `SELECT quote_ident(current_user) AS login, quote_ident(current_database()) AS database`;
