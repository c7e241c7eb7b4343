import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { StartError } from '../start-error.js';

/** Views with `security_invoker`, on which the separation of tenants rests, came with 15. */
const OLDEST_VERSION = 15;
const STARTING_TIMEOUT_MS = 60_000;

/** Runs `work` on a connection of its own. Every reason not to get one is a `StartError`; the URL's password is in none. */
export async function withConnection<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = await connect(url);
  try {
    await refuseOldServer(client);
    return await work(client);
  } finally {
    await client.end();
  }
}

async function connect(url: string): Promise<pg.Client> {
  for (const deadline = Date.now() + STARTING_TIMEOUT_MS; ; await sleep(250)) {
    const client = clientFor(url);
    client.on('error', () => undefined); // the query in flight rejects as well
    try {
      await client.connect();
      return client;
    } catch (error) {
      await client.end().catch(() => undefined);
      if (codeOf(error) !== CANNOT_CONNECT_NOW || Date.now() > deadline) throw explain(error, client);
    }
  }
}

/** The server is starting, or recovering from a crash. */
const CANNOT_CONNECT_NOW = '57P03';

/** Not the server's: the driver has no password to answer with. */
const NO_PASSWORD = 'no password';

function clientFor(url: string): pg.Client {
  try {
    if (!/^postgres(ql)?:\/\//.test(url)) throw new Error('Not a postgresql:// URL');
    return new pg.Client({ connectionString: url, connectionTimeoutMillis: 10_000 });
  } catch (cause) {
    throw new StartError('DATABASE_URL is not a PostgreSQL URL', 'Write it as postgresql://user:password@host:5432/database', { cause });
  }
}

function explain(cause: unknown, { host, port, user, database }: pg.Client): StartError {
  const at = `${host}:${port}`;
  switch (messageOf(cause).startsWith('SASL') ? NO_PASSWORD : codeOf(cause)) {
    case NO_PASSWORD:
    case '28P01':
    case '28000':
      return new StartError(`PostgreSQL at ${at} refuses the user "${user}" (${messageOf(cause)})`, 'Correct the user and password in DATABASE_URL', { cause });
    case '3D000':
      return new StartError(
        `PostgreSQL at ${at} has no database "${database}"`,
        `Create it with CREATE DATABASE "${database}" OWNER "${user}"; or correct DATABASE_URL`,
        { cause },
      );
    case '53300':
      return new StartError(`PostgreSQL at ${at} has no free connection`, 'Raise its max_connections, or stop some of its clients', { cause });
    default:
      return new StartError(
        `No PostgreSQL answers at ${at} (${messageOf(cause)})`,
        'Start it, correct DATABASE_URL, or unset DATABASE_URL to use the embedded database',
        { cause },
      );
  }
}

async function refuseOldServer(client: pg.Client): Promise<void> {
  const version = await serverVersion(client);
  if (version >= OLDEST_VERSION) return;
  throw new StartError(
    `PostgreSQL ${version} at ${client.host}:${client.port} is too old`,
    `Use PostgreSQL ${OLDEST_VERSION} or newer, or unset DATABASE_URL to use the embedded database`,
  );
}

/** The major version. */
export async function serverVersion(client: pg.Client): Promise<number> {
  const { rows } = await client.query<{ version: number }>(`SELECT current_setting('server_version_num')::int / 10000 AS version`);
  return rows[0]?.version ?? 0;
}

/** SQLSTATE, or the system's code such as ECONNREFUSED. */
export const codeOf = (error: unknown): string | undefined => (error as { code?: string }).code;

const messageOf = (error: unknown): string => (error as Error).message || (codeOf(error) ?? 'no reason given');
