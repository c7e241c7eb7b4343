import pg from 'pg';
import { BatchingClient } from './batching-client.js';
import type { DatabaseTarget } from './database-target.js';
import { parseInstant } from './parse-instant.js';

/**
 * What every connection starts with. The role is what keeps tenants apart; the time-outs end what nobody waits for any more.
 * A transaction never waits for anything but the database: one that is idle is of a process that stands still, and what it has locked must be free
 * before its node's lease lapses (8 s). The last word of an option wins, so those of the URL come first.
 */
const SESSION =
  '-c role=tenure_app -c TimeZone=UTC -c lock_timeout=2s -c statement_timeout=30s -c idle_in_transaction_session_timeout=5s';

/** How long a request waits for a free connection. */
const WAIT_MS = 10_000;
const INT8 = 20;

/** 64-bit numbers as bigint: as a JavaScript number they would lose digits, as the driver's text they would compare wrongly. */
const OWN_PARSERS: Record<number, (text: string) => unknown> = { [INT8]: BigInt, [pg.types.builtins.TIMESTAMPTZ]: parseInstant };
const types: pg.CustomTypesConfig = {
  getTypeParser: ((oid: number, format?: 'text' | 'binary') =>
    (format !== 'binary' && OWN_PARSERS[oid]) || (pg.types.getTypeParser(oid, format as 'text') as unknown)) as typeof pg.types.getTypeParser,
};

/** `pipeline` is younger than the driver's types. */
type PipelinedConfig = pg.PoolConfig & { pipeline: boolean };

/** The pool of the runtime. `pg` lets options in the URL replace those of the pool, and with them the role: hence they are joined here. */
export function appPool({ url, connections }: DatabaseTarget): pg.Pool {
  const [address, query] = url.split('?');
  const parameters = new URLSearchParams(query);
  parameters.set('options', [...parameters.getAll('options'), SESSION].join(' '));
  const config: PipelinedConfig = {
    connectionString: `${address}?${parameters.toString()}`,
    max: connections,
    connectionTimeoutMillis: WAIT_MS,
    application_name: 'tenure',
    // what is asked without waiting for the answer before it goes out at once
    pipeline: true,
    Client: BatchingClient,
    types,
  };
  const pool = new pg.Pool(config);
  // a connection that breaks while it is lent and idle would otherwise end the process; whoever holds it hears of it at the next statement
  pool.on('connect', (connection) => connection.on('error', () => undefined));
  return pool;
}
