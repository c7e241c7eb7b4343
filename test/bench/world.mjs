// A tenant in each of the two, and rows without going through the API where there are to be many.
import pg from 'pg';

import { request } from './measure.mjs';
import { OPERATOR_KEY } from './processes.mjs';

/** A tenant of Tenure with a test key and as many instances as it likes. */
export async function newTenant({ url }) {
  const tenant = await request(`${url}/v1/tenants`, { method: 'POST', key: OPERATOR_KEY, body: { name: 'bench', quotas: { instances: 1_000_000 } } });
  const body = { tenantId: tenant.id, name: 'bench', environment: 'test', scopes: ['*'] };
  const { key } = await request(`${url}/v1/api-keys`, { method: 'POST', key: OPERATOR_KEY, body });
  return { id: tenant.id, key };
}

export async function newBareTenant({ url }) {
  const key = `bare_${Math.random()}`;
  const { tenant } = await request(`${url}/keys`, { method: 'POST', body: { key } });
  return { id: tenant, key };
}

/** A connection past row-level security, to the database that the product uses. */
export async function connect({ url, superuserUrl }) {
  const target = new URL(superuserUrl);
  target.pathname = new URL(url).pathname;
  const client = new pg.Client({ connectionString: target.href });
  await client.connect();
  return client;
}

/** So many instances for a tenant in each of the two, as plain rows. */
export async function seed(client, keyOfTenure, bareTenant, count) {
  const { rows } = await client.query('SELECT tenant_id FROM api_keys WHERE prefix = $1', [keyOfTenure.slice(0, 17)]);
  const tenant = rows[0].tenant_id;
  await client.query(
    `WITH heads AS (INSERT INTO instance_heads (tenant_id, instance_id, environment, seq)
                    SELECT $1, gen_random_uuid(), 'test', 1 FROM generate_series(1, $2::int) RETURNING instance_id)
     INSERT INTO instances (tenant_id, id, environment, name, name_key, labels, lifecycle_since, created_at, updated_at)
     SELECT $1, instance_id, 'test', instance_id::text, instance_id::text, '{"plan":"free"}', now(), now(), now() FROM heads`,
    [tenant, count],
  );
  await client.query(
    `INSERT INTO bare_instances SELECT $1, gen_random_uuid(), gen_random_uuid()::text, '{"plan":"free"}', 'never_paired' FROM generate_series(1, $2::int)`,
    [bareTenant, count],
  );
  await client.query('VACUUM ANALYZE instances, instance_heads, bare_instances');
}

/** Waits until no job and no journal entry waits any more. */
export async function settled(client) {
  for (;;) {
    const { rows } = await client.query(`
      SELECT (SELECT count(*) FROM pgboss.job WHERE state < 'completed' AND name NOT LIKE '\\_\\_%')::int + (SELECT count(*) FROM journal_pending)::int AS waiting`);
    if (rows[0].waiting === 0) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** So many stopped instances of one tenant, as plain rows: most were connected before, one in ten never was. */
export async function seedClosed(client, count) {
  const tenant = '00000000-0000-7000-8000-000000000001';
  await client.query(`INSERT INTO tenants (id, name, created_at) VALUES ($1, 'closed', now())`, [tenant]);
  await client.query(
    `WITH heads AS (INSERT INTO instance_heads (tenant_id, instance_id, environment, seq)
                    SELECT $1, gen_random_uuid(), 'live', 1 FROM generate_series(1, $2::int) RETURNING instance_id),
     made AS (INSERT INTO instances (tenant_id, id, environment, name, name_key, lifecycle_since, created_at, updated_at)
              SELECT $1, instance_id, 'live', instance_id::text, instance_id::text, now(), now(), now() FROM heads)
     INSERT INTO connections (tenant_id, instance_id, state, reason, since, settled_state, settled_reason, settled_since, reason_at)
     SELECT $1, instance_id, 'disconnected', 'user_stopped', now(), 'disconnected', 'user_stopped', now(), now() FROM heads
     WHERE instance_id::text > '1a'`,
    [tenant, count],
  );
  await client.query('VACUUM ANALYZE');
}

/** So many instances of a tenant that were connected up to two hundred days ago, each of them older than a year. */
export async function seedDisconnected(client, count) {
  const { rows } = await client.query(`SELECT tenant_id FROM tenant_retention`);
  await client.query(
    `WITH heads AS (INSERT INTO instance_heads (tenant_id, instance_id, environment, seq)
                    SELECT $1, gen_random_uuid(), 'test', 1 FROM generate_series(1, $2::int) RETURNING instance_id),
     made AS (INSERT INTO instances (tenant_id, id, environment, name, name_key, labels, lifecycle_since, created_at, updated_at)
              SELECT $1, instance_id, 'test', instance_id::text, instance_id::text, '{"plan":"free"}', now(), now() - interval '400 days', now() FROM heads),
     gone AS (SELECT instance_id, now() - random() * interval '200 days' AS at, (ARRAY['logged_out', 'banned', 'connection_lost'])[1 + floor(random() * 3)::int] AS reason FROM heads)
     INSERT INTO connections (tenant_id, instance_id, state, reason, since, settled_state, settled_reason, settled_since, reason_at, last_connected_at, last_activity_at)
     SELECT $1, instance_id, 'disconnected', reason, at, 'disconnected', reason, at, at, at, at FROM gone`,
    [rows[0].tenant_id, count],
  );
  await client.query('VACUUM ANALYZE');
}

/** Has every instance lose its connection for ten days, as plain rows. */
export async function disconnectAll(client) {
  await client.query(
    `INSERT INTO connections (tenant_id, instance_id, state, reason, since, settled_state, settled_reason, settled_since, reason_at, last_connected_at, last_activity_at)
     SELECT tenant_id, id, 'disconnected', 'logged_out', at, 'disconnected', 'logged_out', at, at, at, at
     FROM instances, (SELECT now() - interval '10 days' AS at) AS gone`,
  );
}
