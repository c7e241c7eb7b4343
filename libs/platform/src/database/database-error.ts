/** SQLSTATE of a database error; undefined for anything else. */
export function sqlStateOf(error: unknown): string | undefined {
  const { code } = (error ?? {}) as { code?: unknown };
  return typeof code === 'string' && /^[0-9A-Z]{5}$/.test(code) ? code : undefined;
}

const CONNECTION_FAILURE = '08006';

/** The connection broke, or none could be had. Unless a commit was under way, nothing has happened. */
export class ConnectionLost extends Error {
  readonly code = CONNECTION_FAILURE;

  constructor(
    readonly duringCommit: boolean,
    options: ErrorOptions,
  ) {
    super('The connection to the database is lost', options);
  }
}

const SERIALIZATION_OR_LOCK = new Set(['40001', '40P01', '55P03']);

/** Deadlock, lock time-out or a connection that broke before the commit: the transaction did nothing and may be tried again. */
export function isTransient(error: unknown): boolean {
  if (error instanceof ConnectionLost) return !error.duringCommit;
  return SERIALIZATION_OR_LOCK.has(sqlStateOf(error) ?? '');
}

/** The database cannot be reached, or does not take anybody at the moment. Whether something was done is open. */
export function isConnectionLoss(error: unknown): boolean {
  const state = sqlStateOf(error) ?? '';
  const code = (error as { code?: string } | null)?.code ?? '';
  // what the pool says when every connection stays in use
  if (error instanceof Error && /timeout exceeded when trying to connect|Connection terminated/.test(error.message)) return true;
  return /^(08|28|3D|53|55000|57P0)/.test(state) || ['ECONNREFUSED', 'ECONNRESET'].includes(code);
}

/** A deadlock, a lock or a statement that took too long, after every repetition. */
export function isBusy(error: unknown): boolean {
  return ['40001', '40P01', '55P03', '57014'].includes(sqlStateOf(error) ?? '');
}

const UNIQUE_VIOLATION = '23505';

export function isUniqueViolation(error: unknown): boolean {
  return sqlStateOf(error) === UNIQUE_VIOLATION;
}
