import pg from 'pg';
import type { TestDatabase } from './test-database.js';

/** Looks at the tables themselves, past row-level security: what is really stored. */
export class Inspector {
  private constructor(private readonly client: pg.Client) {}

  static async open(database: TestDatabase): Promise<Inspector> {
    const url = new URL(process.env.TENURE_TEST_SUPERUSER_URL!);
    url.pathname = new URL(database.url).pathname;
    const client = new pg.Client({ connectionString: url.href });
    client.on('error', () => undefined);
    await client.connect();
    return new Inspector(client);
  }

  async query<T = Record<string, unknown>>(sql: string, values: unknown[] = []): Promise<T[]> {
    return (await this.client.query(sql, values)).rows as T[];
  }

  /** Every row of these tables, each as text, in a stable order: two snapshots are equal exactly when the tables are. */
  async rowsOf(...tables: string[]): Promise<Record<string, string[]>> {
    const entries: [string, string[]][] = [];
    for (const table of tables) {
      const rows = await this.query<{ row: string }>(`SELECT t::text AS row FROM ${table} t ORDER BY 1`);
      entries.push([table, rows.map(({ row }) => row)]);
    }
    return Object.fromEntries(entries);
  }

  /** The tables of the product, without those of the job queue and of the sandbox. */
  async tables(): Promise<string[]> {
    const rows = await this.query<{ name: string }>(
      `SELECT quote_ident(tablename) AS name FROM pg_tables WHERE schemaname = 'public' AND tablename <> '_prisma_migrations' ORDER BY 1`,
    );
    return rows.map(({ name }) => name);
  }

  async close(): Promise<void> {
    await this.client.end();
  }
}
