import pg from 'pg';
import type { DatabaseTarget } from './database-target.js';

/**
 * What every connection starts with. The role is what keeps tenants apart; UTC because the driver writes and reads times without their zone.
 * The last word of an option wins, so those of the URL come first.
 */
const SESSION = '-c role=tenure_app -c TimeZone=UTC -c lock_timeout=2s -c idle_in_transaction_session_timeout=30s';

/** How long a request waits for a free connection. */
const WAIT_MS = 10_000;

/** The pool of the runtime. `pg` lets options in the URL replace those of the pool, and with them the role: hence they are joined here. */
export function appPool({ url, connections }: DatabaseTarget): pg.Pool {
  const [address, query] = url.split('?');
  const parameters = new URLSearchParams(query);
  parameters.set('options', [...parameters.getAll('options'), SESSION].join(' '));
  return new pg.Pool({ connectionString: `${address}?${parameters.toString()}`, max: connections, connectionTimeoutMillis: WAIT_MS, application_name: 'tenure' });
}
