import { createHash } from 'node:crypto';

const MOST_STATEMENTS = 500;
const UNNAMED = '';
const names = new Map<string, string>();

/**
 * The name under which a connection remembers a statement and its plan: planning a view costs more than running it.
 * None without parameters, since such a text may hold several statements or values; none for what selects `*`, since a migration
 * that adds a column under a running process would make its remembered form fail.
 */
export function statementName({ sql, args }: { sql: string; args: readonly unknown[] }): string {
  if (args.length === 0 || sql.includes('*')) return UNNAMED;
  const known = names.get(sql);
  if (known || names.size >= MOST_STATEMENTS) return known ?? UNNAMED;
  const name = createHash('sha256').update(sql).digest('hex').slice(0, 24);
  names.set(sql, name);
  return name;
}
