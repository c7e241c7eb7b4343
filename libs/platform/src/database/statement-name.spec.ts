import { statementName } from './statement-name.js';

const nameOf = (sql: string, values: unknown[] = [1]) => statementName(sql, values);

describe('a statement', () => {
  it('has one name, its own', () => {
    expect(nameOf('SELECT id FROM a WHERE id = $1')).toMatch(/^[0-9a-f]{24}$/);
    expect(nameOf('SELECT id FROM a WHERE id = $1', [2])).toBe(nameOf('SELECT id FROM a WHERE id = $1'));
    expect(nameOf('SELECT id FROM b WHERE id = $1')).not.toBe(nameOf('SELECT id FROM a WHERE id = $1'));
  });

  it.each([
    ['without parameters', "SET LOCAL app.tenant_id = 'x'; SET LOCAL app.environment = 'y'", []],
    ['whose columns a migration may change', 'SELECT * FROM a WHERE id = $1', [1]],
  ])('%s has none', (_which, sql, args) => {
    expect(nameOf(sql, args)).toBeUndefined();
  });
});

it('only so many statements have a name: each is remembered by every connection', () => {
  const names = Array.from({ length: 2000 }, (_, n) => nameOf(`SELECT id FROM a WHERE id = $1 AND ${n} = ${n}`));
  expect(names.filter(Boolean).length).toBeLessThanOrEqual(500);
  expect(nameOf('SELECT id FROM a WHERE id = $1')).toBeDefined();
});
