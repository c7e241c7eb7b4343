// The alternative that every figure stands beside: Fastify and pg, one table, nothing else. A key is looked up by its hash, as it must
// be; there is no row-level security, no journal, no job, no validation, no encryption and no quota. It is a floor, not a product.
import { createHash, randomUUID } from 'node:crypto';
import process from 'node:process';

import Fastify from 'fastify';
import pg from 'pg';

const pool = new pg.Pool({ connectionString: process.env.DATABASE_URL, max: 20 });
await pool.query(`
  CREATE TABLE IF NOT EXISTS bare_keys (hash bytea PRIMARY KEY, tenant_id uuid NOT NULL);
  CREATE TABLE IF NOT EXISTS bare_instances (
    tenant_id uuid NOT NULL, id uuid NOT NULL, name text NOT NULL, labels jsonb NOT NULL, state text NOT NULL, created_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (tenant_id, id), UNIQUE (tenant_id, name));`);

const app = Fastify();
const hashOf = (key) => createHash('sha256').update(key).digest();
const tenantOf = async (request) => {
  const key = request.headers.authorization.split(' ')[1];
  const { rows } = await pool.query({ name: 'key', text: 'SELECT tenant_id FROM bare_keys WHERE hash = $1', values: [hashOf(key)] });
  return rows[0].tenant_id;
};

app.post('/keys', async (request, reply) => {
  const tenant = randomUUID();
  await pool.query('INSERT INTO bare_keys VALUES ($1, $2)', [hashOf(request.body.key), tenant]);
  return reply.code(201).send({ tenant });
});

app.post('/v1/instances', async (request, reply) => {
  const tenant = await tenantOf(request);
  const { name, labels = {} } = request.body;
  const values = [tenant, randomUUID(), name, JSON.stringify(labels)];
  const { rows } = await pool.query({ name: 'insert', text: `INSERT INTO bare_instances VALUES ($1, $2, $3, $4, 'never_paired') RETURNING *`, values });
  return reply.code(201).send(rows[0]);
});

app.get('/v1/instances', async (request) => {
  const values = [await tenantOf(request), Number(request.query.limit ?? 50)];
  const { rows } = await pool.query({ name: 'list', text: 'SELECT * FROM bare_instances WHERE tenant_id = $1 ORDER BY id DESC LIMIT $2', values });
  return { data: rows };
});

app.get('/v1/instances/:id', async (request) => {
  const values = [await tenantOf(request), request.params.id];
  const { rows } = await pool.query({ name: 'read', text: 'SELECT * FROM bare_instances WHERE tenant_id = $1 AND id = $2', values });
  return rows[0];
});

process.once('SIGTERM', () => void app.close().then(() => pool.end()));
console.log(`ready on ${await app.listen({ port: 0, host: '127.0.0.1' })}`);
