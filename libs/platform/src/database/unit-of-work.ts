import type pg from 'pg';
import { ConnectionLost, sqlStateOf } from './database-error.js';
import type { Tx } from './tenant-tx.js';

/** `SET LOCAL` settings that say whose transaction it is. */
export type Identity = readonly string[];

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
    // one round trip, and SET LOCAL first: a SELECT would take the snapshot
    await connection.query(['BEGIN', ...identity.map((setting) => `SET LOCAL ${setting}`)].join('; '));
    const result = await work(tx);
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
