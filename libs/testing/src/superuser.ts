import pg from 'pg';
import { type TenantId, uuidOf } from '#libs/contracts';
import type { TestDatabase } from './test-database.js';

type Look = <T extends object = Record<string, unknown>>(sql: string, ...values: unknown[]) => Promise<T[]>;

/** What the sealer makes of the journal; that the two agree is tested where it belongs. */
const FOLLOW_THE_JOURNAL = ['journal_unsealed', 'audit_heads', 'audit_nodes'];

/** Looks at a test database past row-level security, as nothing of the product can. */
export class Superuser {
  private readonly pool: pg.Pool;

  /** `serverUrl`: of the superuser, where it is not the server of the run. */
  constructor(database: Pick<TestDatabase, 'url'>, serverUrl = process.env.TENURE_TEST_SUPERUSER_URL ?? '') {
    const url = new URL(serverUrl);
    url.pathname = new URL(database.url).pathname;
    this.pool = new pg.Pool({ connectionString: url.href, max: 4 });
    this.pool.on('error', () => undefined);
  }

  async look<T extends object = Record<string, unknown>>(sql: string, ...values: unknown[]): Promise<T[]> {
    return (await this.pool.query<T>(sql, values)).rows;
  }

  /** What would be seen after changes that are undone at the end. */
  async tentatively<R>(work: (look: Look) => Promise<R>): Promise<R> {
    const client = await this.pool.connect();
    try {
      await client.query('BEGIN');
      return await work(async <T extends object>(sql: string, ...values: unknown[]) => (await client.query<T>(sql, values)).rows);
    } finally {
      await client.query('ROLLBACK');
      client.release();
    }
  }

  /**
   * A hash of the content of every table but pg-boss's and those that follow the journal by themselves, moments later: two of them are equal when no
   * row has changed, apart from last-used stamps.
   * Of one tenant: of its rows in the tables that name a tenant.
   */
  async fingerprint(tenantId?: TenantId): Promise<Record<string, string>> {
    const hashes: Record<string, string> = {};
    for (const name of await this.tables(tenantId !== undefined)) {
      const [where, values] = tenantId ? ['WHERE tenant_id = $1::uuid', [uuidOf(tenantId)]] : ['', []];
      const hash = `count(*) || ' ' || md5(coalesce(string_agg(row, ',' ORDER BY row), ''))`;
      const [row] = await this.look<{ hash: string }>(`SELECT ${hash} AS hash FROM (SELECT (to_jsonb(t) - 'last_used_at')::text AS row FROM ${name} t ${where}) AS rows`, ...values);
      hashes[name] = row!.hash;
    }
    return hashes;
  }

  /**
   * The same, but for what a refused attempt at something destructive may add, and a look at the audit for which a checkpoint is signed: their entries,
   * the numbers of those, the checkpoint, and nothing else.
   */
  async fingerprintButAttempts(tenantId?: TenantId): Promise<Record<string, string>> {
    const hashes = await this.fingerprint(tenantId);
    const where = tenantId ? `AND tenant_id = '${uuidOf(tenantId)}'` : '';
    const [row] = await this.look<{ entries: string; cycles: string }>(`
      SELECT (SELECT count(*) || md5(coalesce(string_agg(j::text, ',' ORDER BY j.tenant_id, j.id), '')) FROM journal j WHERE type !~ '(attempt_refused|checkpoint_signed)$' ${where}) AS entries,
             (SELECT count(*) || md5(coalesce(string_agg((to_jsonb(h) - 'seq')::text, ',' ORDER BY tenant_id, instance_id), '')) FROM instance_heads h WHERE true ${where}) AS cycles`);
    const numbered = { 'public.audit_checkpoints': '', 'public.journal_heads': '', 'public.journal_positions': '', 'public.journal_pending': '' };
    return { ...hashes, ...numbered, 'public.journal': row!.entries, 'public.instance_heads': row!.cycles };
  }

  private async tables(withTenant: boolean): Promise<string[]> {
    const column = `SELECT 1 FROM information_schema.columns c WHERE (c.table_schema, c.table_name, c.column_name) = (schemaname, tablename, 'tenant_id')`;
    const rows = await this.look<{ name: string }>(`
      SELECT format('%I.%I', schemaname, tablename) AS name FROM pg_tables
      WHERE schemaname NOT IN ('pgboss', 'pg_catalog', 'information_schema') AND tablename <> ALL ('{${FOLLOW_THE_JOURNAL.join()}}') ${withTenant ? `AND EXISTS (${column})` : ''} ORDER BY 1`);
    return rows.map(({ name }) => name);
  }

  /** Every row of these tables, each as text, in a stable order: where the fingerprint says that something changed, this says what. */
  async rowsOf(...tables: string[]): Promise<Record<string, string[]>> {
    const entries: [string, string[]][] = [];
    for (const table of tables) {
      const where = table === 'journal' ? `WHERE type <> 'audit.checkpoint_signed'` : '';
      const rows = await this.look<{ row: string }>(`SELECT t::text AS row FROM ${table} t ${where} ORDER BY 1`);
      entries.push([table, rows.map(({ row }) => row)]);
    }
    return Object.fromEntries(entries);
  }

  async end(): Promise<void> {
    await this.pool.end();
  }
}
