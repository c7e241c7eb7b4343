import { createHash } from 'node:crypto';

const MOST_STATEMENTS = 500;
const names = new Map<string, string>();

/**
 * The name under which a connection remembers a statement and its plan: planning a view costs more than running it.
 * None without parameters, since such a text may hold several statements or values; none for what selects `*`, since a migration
 * that adds a column under a running process would make its remembered form fail.
 */
export function statementName(text: string, values: readonly unknown[]): string | undefined {
  if (values.length === 0 || text.includes('*')) return undefined;
  const known = names.get(text);
  if (known || names.size >= MOST_STATEMENTS) return known;
  const name = createHash('sha256').update(text).digest('hex').slice(0, 24);
  names.set(text, name);
  return name;
}
