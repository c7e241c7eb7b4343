import pg from 'pg';
import { SUPERUSER } from './cluster.js';
import type { Passwords } from './passwords.js';

/** The login role that DATABASE_URL names, and its database. */
export const LOGIN = 'tenure';

export const loginUrl = (port: number, { login }: Passwords): string => `postgresql://${LOGIN}:${login}@127.0.0.1:${port}/${LOGIN}`;

export const superuserUrl = (port: number, { superuser }: Passwords): string =>
  `postgresql://${SUPERUSER}:${superuser}@127.0.0.1:${port}/postgres`;

/**
 * An ordinary role that may create roles and owns one database: what a careful administrator would give the product
 * on a server of their own, so that both ways are the same. Safe to run twice.
 */
export async function ensureLogin(port: number, passwords: Passwords): Promise<void> {
  const client = new pg.Client({ connectionString: superuserUrl(port, passwords) });
  await client.connect();
  try {
    const role = await client.query('SELECT 1 FROM pg_roles WHERE rolname = $1', [LOGIN]);
    const verb = role.rowCount ? 'ALTER' : 'CREATE';
    const password = client.escapeLiteral(passwords.login);
    await client.query(`${verb} ROLE ${LOGIN} LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEDB CREATEROLE PASSWORD ${password}`);
    const database = await client.query('SELECT 1 FROM pg_database WHERE datname = $1', [LOGIN]);
    if (!database.rowCount) await client.query(`CREATE DATABASE ${LOGIN} OWNER ${LOGIN}`);
  } finally {
    await client.end();
  }
}

/** Wrong password, which is also what PostgreSQL answers for an unknown role, and unknown database: a first start, or a cut one. */
export const NO_SUCH_LOGIN = new Set(['28P01', '3D000']);

/** The code of the server's refusal, or undefined when the login role can connect. */
export async function loginRefusal(port: number, passwords: Passwords): Promise<string | undefined> {
  const client = new pg.Client({ connectionString: loginUrl(port, passwords), connectionTimeoutMillis: 5_000 });
  client.on('error', () => undefined);
  try {
    await client.connect();
    await client.end();
    return undefined;
  } catch (error) {
    return (error as { code?: string }).code ?? String(error);
  }
}
