import { createTestDatabase, Superuser, type TestDatabase } from '#libs/testing';
import { type Catalogue, findIsolationFaults } from './find-isolation-faults.js';

/** What `tenure_platform` may do across tenants, column by column. Longer only with a reason; each is a hole in the wall between tenants. */
const ACROSS_TENANTS = [
  'api_keys: SELECT (environment, expires_at, hash, id, last_used_at, prefix, revoked_at, scopes, tenant_id)',
  'audit_checkpoints: SELECT (generation, note, size, tenant_id)',
  'audit_heads: SELECT (generation, signed_size, size, tenant_id, unsigned_since, wanted_size)',
  'audit_signing_keys: INSERT, SELECT (created_at, id, master_key_id, name, public_key, retires_at, wrapped_private_key), UPDATE (master_key_id, retires_at, wrapped_private_key)',
  'bulk_requests: SELECT (id, status, tenant_id)',
  'connection_settings: SELECT (instance_id, tenant_id, version)',
  'connections: SELECT (instance_id, last_close_code, logout_requested, owner_node, reason, restart_requested, retry_at, settled_reason, settled_since, settled_state, state, storm_until, tenant_id, unwanted)',
  'fleet_counts: SELECT (connection_reason, connection_state, environment, instances, lifecycle)',
  'fleet_overview: SELECT (instance_id, lifecycle, owner_node, restart_requested, should_run, suspended, tenant_id)',
  'former_master_keys: INSERT (id), SELECT (id, replaced_at, retired_at), UPDATE (retired_at)',
  'idempotent_requests: DELETE, SELECT (created_at, key_hash, master_key_id, principal_id, secrets), UPDATE (secrets)',
  'instance_heads: SELECT (environment, instance_id, tenant_id)',
  'instance_payload: SELECT (instance_id, master_key_id, tenant_id)',
  'instances: SELECT (desired_state, environment, id, lifecycle, tenant_id)',
  'journal_heads: INSERT, SELECT (position, tenant_id), UPDATE (position)',
  'journal_pending: DELETE, SELECT (event_id, n, tenant_id)',
  'journal_positions: INSERT',
  'journal_unsealed: INSERT, SELECT (position, since, tenant_id), UPDATE (position)',
  'key_holders: DELETE, INSERT, SELECT (id, key_ids, name, seen_at), UPDATE (key_ids, seen_at)',
  'message_deadlines: SELECT (due_at, instance_id, tenant_id)',
  'nodes: DELETE, INSERT, SELECT (capacity, draining, environments, held_live, held_test, id, lease_until, name, place, rounds_at, started_at), UPDATE (draining, held_live, held_test, lease_until, rounds_at)',
  'operator_keys: DELETE, INSERT, SELECT (hash, id, prefix)',
  'platform_holds: INSERT, SELECT (id, placed_at, placed_by, reason, released_at, released_by), UPDATE (released_at, released_by)',
  'platform_state: SELECT (clock_acknowledged_at, clock_acknowledged_by, clock_awaits, clock_awaits_since, clock_mark, clock_offset_ms, clock_quarantine_reason, clock_quarantined_until, id, kill_switch, kill_switch_by, kill_switch_reason, kill_switch_since, master_key_check, master_key_id), UPDATE (clock_acknowledged_at, clock_acknowledged_by, clock_awaits, clock_awaits_since, clock_mark, clock_quarantine_reason, clock_quarantined_until, kill_switch, kill_switch_by, kill_switch_reason, kill_switch_since, master_key_check, master_key_id)',
  'purge_certificates: SELECT (id, instance_id, keys_destroyed_at, tenant_id, tombstone_at), UPDATE (tombstone_at)',
  'retention_previews: DELETE, SELECT (created_at, tenant_id, token_hash)',
  'retention_rescans: SELECT (cursor_instance, started_at, tenant_id, version)',
  'retention_runs: SELECT (environment, id, slice, slice_at, status, tenant_id)',
  'retention_schedule: SELECT (blocked_by, instance_id, intent, next_action, next_due_at, tenant_id)',
  'retention_walk: SELECT (cursor_instance, cursor_tenant, finished_at, started_at), UPDATE (cursor_instance, cursor_tenant, finished_at, started_at)',
  'session_queue: SELECT (due_at, environment, instance_id, tenant_id)',
  'tenant_deletions: SELECT (id, look_at, status, tenant_id)',
  'tenant_retention: SELECT (mode, tenant_id)',
  'tenants: SELECT (created_at, deleted_at, id, leaving_since, name, quotas, suspended_at, version)',
  'whatsapp_version: DELETE, INSERT, SELECT (id, set_by, since, version), UPDATE (set_by, since, version)',
];

describe('the wall between tenants', () => {
  let store: TestDatabase;
  let superuser: Superuser;

  beforeAll(async () => {
    store = await createTestDatabase();
    superuser = new Superuser(store);
  });
  afterAll(async () => {
    await superuser.end();
    await store.drop();
  });

 
  it('has no hole that the catalogue shows', async () => {
    const catalogue = await readCatalogue(superuser);
    expect(catalogue.tables.filter(({ hasTenant }) => hasTenant).length).toBeGreaterThan(15);
    expect(catalogue.views.map(({ name }) => name)).toEqual(expect.arrayContaining(['public.instance_overview', 'public.retention_facts', 'public.fleet_overview', 'public.fleet_counts']));
    expect(findIsolationFaults(catalogue)).toEqual([]);
  });

  it.each([
    [
      'a table without a policy',
      'CREATE TABLE planted (tenant_id uuid)',
      ['public.planted has no row-level security', 'public.planted does not force row-level security on its owner', 'public.planted has no policy for tenure_app'],
    ],
    [
      'a table that does not force it',
      `CREATE TABLE planted (tenant_id uuid); CALL tenure_isolate('planted'); ALTER TABLE planted NO FORCE ROW LEVEL SECURITY`,
      ['public.planted does not force row-level security on its owner'],
    ],
    [
      'a table of another schema',
      `CREATE SCHEMA other CREATE TABLE planted (tenant_id uuid);
       CALL tenure_isolate('other.planted'); ALTER TABLE other.planted DISABLE ROW LEVEL SECURITY`,
      ['other.planted has no row-level security'],
    ],
    [
      'a partition of an isolated table',
      `CREATE TABLE planted (tenant_id uuid) PARTITION BY HASH (tenant_id); CALL tenure_isolate('planted');
       CREATE TABLE part PARTITION OF planted FOR VALUES WITH (MODULUS 1, REMAINDER 0)`,
      ['public.part has no row-level security', 'public.part does not force row-level security on its owner', 'public.part has no policy for tenure_app'],
    ],
    [
      'a second policy that shows everything',
      'CREATE POLICY planted ON instances TO tenure_app USING (true)',
      ['public.instances has a policy that does not ask for the tenant'],
    ],
    [
      'a policy that lets everything be written',
      'CREATE POLICY planted ON instances TO tenure_app USING (tenant_id = tenure_tenant()) WITH CHECK (true)',
      ['public.instances has a policy that does not ask for the tenant'],
    ],
    ['tenants laid open', 'ALTER TABLE tenants DISABLE ROW LEVEL SECURITY', ['public.tenants has no row-level security']],
    ['a view without security_invoker', 'CREATE VIEW planted AS SELECT * FROM instances', ["the view public.planted reads with its owner's eyes"]],
    [
      'a materialized view',
      'CREATE MATERIALIZED VIEW planted AS SELECT 1',
      ["the view public.planted reads with its owner's eyes", 'the materialized view public.planted holds the rows of all tenants'],
    ],
    [
      'a function that runs as its owner',
      'CREATE FUNCTION planted() RETURNS int LANGUAGE sql SECURITY DEFINER AS $$ SELECT 1 $$',
      ['the function public.planted runs as its owner'],
    ],
    ['a table of the runtime', 'CREATE TABLE planted (id int); ALTER TABLE planted OWNER TO tenure_app', ['public.planted belongs to a role of the runtime']],
    ['a table for everybody', 'CREATE TABLE planted (id int); GRANT SELECT ON planted TO PUBLIC', ['everybody has a privilege on public.planted']],
  ])('would show %s', async (_what, sql, expected) => {
    const seen = await superuser.tentatively(async (look) => {
      await look(sql);
      return readCatalogue({ look });
    });
    expect(findIsolationFaults(seen).sort()).toEqual([...expected].sort());
  });

  it('lets nobody of the runtime climb over it', async () => {
    const [climbs] = await superuser.look(`
      SELECT bool_or(rolsuper OR rolbypassrls OR rolcreaterole OR rolcanlogin) AS powerful,
             bool_or(pg_has_role(rolname, 'tenure_owner', 'MEMBER')) AS owner,
             (SELECT pg_has_role('tenure_app', 'tenure_platform', 'USAGE')) AS inherits
      FROM pg_roles WHERE rolname IN ('tenure_app', 'tenure_platform')`);
    expect(climbs).toEqual({ powerful: false, owner: false, inherits: false });
  });

  it('has exactly the doors that are listed', async () => {
    expect(await doors(superuser)).toEqual(ACROSS_TENANTS);
  });

  it('shows no whole table through a door, so that a column that is added later stays behind the wall', async () => {
    const whole = await superuser.look(`
      SELECT table_name, privilege_type FROM information_schema.role_table_grants
      WHERE grantee = 'tenure_platform' AND table_schema <> 'pgboss' AND privilege_type IN ('SELECT', 'UPDATE')`);
    expect(whole).toEqual([]);
  });
});

async function doors(superuser: Superuser): Promise<string[]> {
  const rows = await superuser.look<{ door: string }>(`
    WITH grants AS (
      SELECT table_name, privilege_type AS privilege FROM information_schema.role_table_grants
      WHERE grantee = 'tenure_platform' AND table_schema <> 'pgboss'
      UNION
      SELECT c.table_name, c.privilege_type || ' (' || string_agg(c.column_name, ', ' ORDER BY c.column_name) || ')' FROM information_schema.role_column_grants c
      WHERE c.grantee = 'tenure_platform' AND c.table_schema <> 'pgboss' AND NOT EXISTS (
        SELECT 1 FROM information_schema.role_table_grants t WHERE t.grantee = c.grantee AND t.table_schema = c.table_schema
          AND t.table_name = c.table_name AND t.privilege_type = c.privilege_type)
      GROUP BY c.table_name, c.privilege_type)
    SELECT table_name || ': ' || string_agg(privilege, ', ' ORDER BY privilege) AS door FROM grants GROUP BY table_name ORDER BY table_name`);
  return rows.map(({ door }) => door);
}

const OURS = `n.nspname NOT IN ('pg_catalog', 'information_schema', 'pgboss') AND n.nspname NOT LIKE 'pg\\_%'`;

async function readCatalogue(superuser: Pick<Superuser, 'look'>): Promise<Catalogue> {
  const names = async (sql: string) => (await superuser.look<{ name: string }>(sql)).map(({ name }) => name);
  return {
    tables: await superuser.look(`
      SELECT format('%I.%I', n.nspname, c.relname) AS name, c.relrowsecurity AS enabled, c.relforcerowsecurity AS forced,
             EXISTS (SELECT 1 FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attname = 'tenant_id' AND NOT a.attisdropped) AS "hasTenant"
      FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.relkind IN ('r', 'p') AND ${OURS} ORDER BY 1`),
    policies: await superuser.look(`
      SELECT format('%I.%I', schemaname, tablename) AS table, roles::text[] AS roles, qual AS using, with_check AS check,
             permissive = 'PERMISSIVE' AS permissive FROM pg_policies`),
    views: await superuser.look(`
      SELECT format('%I.%I', n.nspname, c.relname) AS name, c.relkind = 'm' AS materialized,
             COALESCE('security_invoker=true' = ANY(c.reloptions), false) AS invoker
      FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.relkind IN ('v', 'm') AND ${OURS} ORDER BY 1`),
    definers: await names(`
      SELECT format('%I.%I', n.nspname, p.proname) AS name FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace WHERE p.prosecdef AND ${OURS}`),
    ownedByRuntime: await names(`
      SELECT format('%I.%I', n.nspname, c.relname) AS name FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
      WHERE pg_get_userbyid(c.relowner) IN ('tenure_app', 'tenure_platform') AND c.relkind IN ('r', 'p', 'v', 'm', 'S')
      UNION SELECT nspname FROM pg_namespace WHERE pg_get_userbyid(nspowner) IN ('tenure_app', 'tenure_platform')
      UNION SELECT proname FROM pg_proc WHERE pg_get_userbyid(proowner) IN ('tenure_app', 'tenure_platform')`),
    grantedToPublic: await names(`
      SELECT DISTINCT format('%I.%I', n.nspname, c.relname) AS name FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace, aclexplode(c.relacl) a
      WHERE a.grantee = 0 AND c.relkind IN ('r', 'p', 'v', 'm') AND ${OURS}`),
  };
}
