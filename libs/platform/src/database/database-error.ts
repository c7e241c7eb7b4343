/** SQLSTATE of a database error, however deep Prisma wrapped it; undefined for anything else. */
export function sqlStateOf(error: unknown): string | undefined {
  const { code, meta } = (error ?? {}) as { code?: string; meta?: { driverAdapterError?: { cause?: { originalCode?: string } } } };
  const state = meta?.driverAdapterError?.cause?.originalCode ?? code;
  return state && /^[0-9A-Z]{5}$/.test(state) ? state : undefined;
}

const TRANSIENT = new Set(['40001', '40P01', '55P03']);
const TRANSACTION_NOT_STARTED = 'P2028';

/** Deadlock, lock time-out, or no connection in time: the transaction did nothing and may be tried again. */
export function isTransient(error: unknown): boolean {
  return TRANSIENT.has(sqlStateOf(error) ?? '') || (error as { code?: string } | null)?.code === TRANSACTION_NOT_STARTED;
}

const UNIQUE_VIOLATION = '23505';

export function isUniqueViolation(error: unknown): boolean {
  return sqlStateOf(error) === UNIQUE_VIOLATION || (error as { code?: string } | null)?.code === 'P2002';
}
