import type pg from 'pg';
import { ConnectionLost, sqlStateOf } from './database-error.js';
import type { Tx } from './tenant-tx.js';

/** `SET LOCAL` settings that say whose transaction it is. */
export type Identity = readonly string[];

/** Runs work in a transaction. */
export type Run = <X extends Tx, T>(
  pool: pg.Pool,
  identity: Identity,
  open: (connection: pg.PoolClient) => X,
  work: (tx: X) => Promise<T>,
) => Promise<{ result: T; tx: X }>;

/**
 * One transaction on one connection of the pool: begun as somebody, committed when the work is done, rolled back when it throws.
 * @throws ConnectionLost when the connection broke
 */
export async function transact<X extends Tx, T>(
  pool: pg.Pool,
  identity: Identity,
  open: (connection: pg.PoolClient) => X,
  work: (tx: X) => Promise<T>,
): Promise<{ result: T; tx: X }> {
  const connection = await pool.connect().catch(asLost);
  const tx = open(connection);
  let committing = false;
  try {
    const began = begin(connection, identity);
    const result = await work(tx);
    await began;
    tx.end();
    committing = true;
    await commit(connection);
    connection.release();
    return { result, tx };
  } catch (error) {
    tx.end();
    throw (await rollBack(connection)) ? error : new ConnectionLost(committing, { cause: error });
  }
}

/**
 * The same for who only reads, or changes what may be changed twice, and asks everything without waiting for an answer in between: all of
 * it takes one round trip. A statement that is asked later is refused. @throws ConnectionLost when the connection broke
 */
export async function glance<X extends Tx, T>(
  pool: pg.Pool,
  identity: Identity,
  open: (connection: pg.PoolClient) => X,
  ask: (tx: X) => Promise<T>,
): Promise<{ result: T; tx: X }> {
  const connection = await pool.connect().catch(asLost);
  const tx = open(connection);
  // async: what throws before it asks is a failed answer, and its connection is given back
  const asked = [begin(connection, identity), (async () => ask(tx))(), connection.query('COMMIT')] as const;
  tx.end();
  const [, answer, committed] = await Promise.allSettled(asked);
  if (committed.status === 'rejected') {
    connection.release(committed.reason as Error);
    throw new ConnectionLost(false, { cause: committed.reason });
  }
  connection.release();
  if (answer.status === 'rejected') throw answer.reason;
  return { result: answer.value, tx };
}

/** Goes out together with the first statement. SET LOCAL first: a SELECT would take the snapshot. What follows a failed one fails, too. */
function begin(connection: pg.PoolClient, identity: Identity): Promise<unknown> {
  const began = connection.query(['BEGIN', ...identity.map((setting) => `SET LOCAL ${setting}`)].join('; '));
  // who waits for it hears of it
  began.catch(() => undefined);
  return began;
}

/** A transaction in which a statement failed commits as a rollback, silently: that is a failure, whoever swallowed the first one. */
async function commit(connection: pg.PoolClient): Promise<void> {
  const { command } = await connection.query('COMMIT');
  if (command !== 'COMMIT') throw new Error('The transaction was rolled back: a statement in it failed and its error was not thrown on');
}

/** False when the connection is of no use any more. */
async function rollBack(connection: pg.PoolClient): Promise<boolean> {
  try {
    await connection.query('ROLLBACK');
    connection.release();
    return true;
  } catch (error) {
    connection.release(error as Error);
    return false;
  }
}

function asLost(error: unknown): never {
  // what the server itself refuses (too many connections, no such database) keeps its own state
  throw sqlStateOf(error) ? error : new ConnectionLost(false, { cause: error });
}
