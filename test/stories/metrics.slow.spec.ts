import fs from 'node:fs';
import path from 'node:path';
import { Jobs } from '../../libs/platform/src/jobs/jobs.js';
import { metricDocs } from '#libs/platform';
import { ApiClient, expectProblem, Superuser } from '#libs/testing';
import { pairInstance, stopInstance } from '../setup/paired-instance.js';
import { Scrape, untilScraped } from '../setup/scrape.js';
import { TestApplication, type TestTenant } from '../setup/test-application.js';

const OWN = '5511999990001';
const RULES = path.resolve(import.meta.dirname, '../../deploy/prometheus/alerts.yml');
const FORWARDED = { 'x-forwarded-for': '203.0.113.7' };

describe('the metrics of a running Tenure', () => {
  let test: TestApplication;
  let tenant: TestTenant;
  let superuser: Superuser;
  let shop = '';
  let office = '';
  let old = '';
  let empty: Scrape;

  beforeAll(async () => {
    test = await TestApplication.start();
    superuser = new Superuser(test.database);
    empty = await Scrape.of(test.url);
    tenant = await test.tenant();
    shop = await pairInstance(tenant.client, 'shop', OWN);
    office = (await tenant.client.post<{ id: string }>('/v1/instances', { name: 'office' })).body.id;
    old = await pairInstance(tenant.client, 'old', '5511999990002');
    await stopInstance(tenant.client, old);
    await tenant.client.post(`/v1/instances/${old}/archive`);
  }, 30_000);
  afterAll(async () => {
    await superuser.end();
    await test.close();
  });

  const now = () => Scrape.of(test.url);
  const until = (what: string, fits: (scrape: Scrape) => boolean) => untilScraped(what, test.url, fits);

  it('are all there before anything has happened, so that nothing appears out of nowhere', () => {
    const labelled = metricDocs().filter(({ name, labels }) => labels.length === 0 || /^tenure_(instances|connections|jobs|database|metrics)/.test(name));
    expect(labelled.map(({ name }) => name).filter((name) => !empty.series.has(name) && !empty.series.has(`${name}_count`))).toEqual([]);
    expect(empty.value('tenure_instances', { environment: 'live', lifecycle: 'active' })).toBe(0);
    expect(empty.value('tenure_connections', { environment: 'test', state: 'disconnected', reason: 'banned' })).toBe(0);
    expect(empty.value('tenure_jobs', { queue: 'policy.reconcile', state: 'dead' })).toBe(0);
  });

  it('are exactly the declared ones, beside those of the process', async () => {
    const names = (await now()).names;
    expect(names.filter((name) => name.startsWith('tenure_')).sort()).toEqual(metricDocs().map(({ name }) => name));
    expect(names.filter((name) => !/^(tenure|process|nodejs)_/.test(name))).toEqual([]);
  });

  it('are what the alert rules ask for', async () => {
    const rules = fs.readFileSync(RULES, 'utf8').replaceAll(/^\s*#.*$/gm, '');
    const asked = new Set([...rules.matchAll(/\b((?:tenure|nodejs|process)_[a-z0-9_]+)/g)].map(([, name]) => name!));
    const { series } = await now();
    expect(asked.size).toBeGreaterThan(12);
    expect([...asked].filter((name) => !series.has(name))).toEqual([]);
  });

  it('count requests by the declared route, whatever the id in the address', async () => {
    const labels = { method: 'GET', route: '/v1/instances/:id', status: '200' };
    const before = (await now()).value('tenure_http_request_duration_seconds_count', labels) ?? 0;
    await tenant.client.get(`/v1/instances/${shop}`);
    await tenant.client.get(`/v1/instances/${office}`);
    expect((await now()).value('tenure_http_request_duration_seconds_count', labels)).toBe(before + 2);
  });

  it('count refusals as they were answered, and addresses nobody declared as one', async () => {
    const count = async (route: string, status: string) => (await now()).value('tenure_http_request_duration_seconds_count', { method: 'GET', route, status }) ?? 0;
    const before = [await count('/v1/instances', '401'), await count('/v1/instances', '400'), await count('unknown', '404')];
    await new ApiClient(test.url, 'tnr_test_wrong').get('/v1/instances');
    await tenant.client.get('/v1/instances?name=%00');
    await tenant.client.get('/wp-login.php');
    await tenant.client.get(`/v2/${shop}`);
    expect([await count('/v1/instances', '401'), await count('/v1/instances', '400'), await count('unknown', '404')]).toEqual([before[0]! + 1, before[1]! + 1, before[2]! + 2]);
  });

  it('count what is in flight, and come back to the one that asks', async () => {
    expect((await now()).value('tenure_http_requests_in_flight')).toBe(1);
  });

  it('follow instances through what they are, and connections through what they do', async () => {
    const scrape = await until('one archived', (seen) => seen.value('tenure_instances', { environment: 'test', lifecycle: 'archived' }) === 1);
    expect(scrape.value('tenure_instances', { environment: 'test', lifecycle: 'active' })).toBe(2);
    expect(scrape.value('tenure_instances', { environment: 'live', lifecycle: 'active' })).toBe(0);
    expect(scrape.value('tenure_connections', { environment: 'test', state: 'connected', reason: 'none' })).toBe(1);
    expect(scrape.value('tenure_connections', { environment: 'test', state: 'never_paired', reason: 'none' })).toBe(1);
    // an archived instance is no disconnected one: nobody has to look after it
    expect(scrape.value('tenure_connections', { environment: 'test', state: 'disconnected', reason: 'user_stopped' })).toBe(0);
    expect(scrape.value('tenure_sessions')).toBe(1);
    await stopInstance(tenant.client, shop);
    expect((await now()).value('tenure_sessions')).toBe(0);
  });

  it('count the jobs that were done, with how long they took', async () => {
    const before = (await now()).value('tenure_jobs_processed_total', { queue: 'policy.reconcile', outcome: 'done' })!;
    await tenant.client.post(`/v1/instances/${office}/start`);
    const scrape = await until('a job', (seen) => seen.value('tenure_jobs_processed_total', { queue: 'policy.reconcile', outcome: 'done' })! > before);
    expect(scrape.value('tenure_job_duration_seconds_count', { queue: 'policy.reconcile' })).toBeGreaterThan(before);
    expect(scrape.value('tenure_jobs_processed_total', { queue: 'policy.reconcile', outcome: 'failed' })).toBe(0);
  });

  it('count the jobs that were given up', async () => {
    await test.get(Jobs).boss.send('policy.reconcile.dead', {});
    await until('a dead letter', (seen) => seen.value('tenure_jobs', { queue: 'policy.reconcile', state: 'dead' }) === 1);
  });

  it('count positions, entry by entry', async () => {
    const scrape = await until('no entry waits', (seen) => seen.value('tenure_journal_pending') === 0);
    expect(scrape.value('tenure_journal_lag_seconds')).toBe(0);
    const [row] = await superuser.look<{ n: number }>('SELECT count(*)::int AS n FROM journal_positions');
    expect((await now()).value('tenure_journal_positioned_total')).toBe(row!.n);
  });

  it('tell the lease, the pool, the switch and the clock', async () => {
    const scrape = await now();
    expect(scrape.value('tenure_node_lease_seconds')).toBeGreaterThan(3);
    expect(scrape.value('tenure_database_connections', { state: 'total' })).toBeGreaterThan(0);
    expect(scrape.value('tenure_database_connections', { state: 'waiting' })).toBe(0);
    expect(scrape.value('tenure_kill_switch')).toBe(0);
    expect(scrape.value('tenure_clock_behind_seconds')).toBe(0);
    expect(scrape.value('nodejs_eventloop_lag_p99_seconds')).toBeGreaterThan(0);
    await superuser.look(`UPDATE platform_state SET kill_switch = true, clock_mark = clock_mark + interval '1 hour'`);
    const switched = await until('the switch', (seen) => seen.value('tenure_kill_switch') === 1);
    expect(switched.value('tenure_clock_behind_seconds')).toBeGreaterThan(3000);
    await superuser.look(`UPDATE platform_state SET kill_switch = false, clock_mark = clock_mark - interval '1 hour'`);
  });

  it('hold no secret, no id, no name, and no label of a caller', async () => {
    await tenant.client.get(`/v1/instances/${office}?made=up`);
    await tenant.client.get('/v1/webhook-endpoints/invented-by-a-caller');
    const { text } = await now();
    const numbers = [OWN, ...(await superuser.look<{ id: string }>('SELECT id::text FROM instances UNION SELECT id::text FROM tenants')).map(({ id }) => id)];
    const secrets = [tenant.id, shop, office, old, 'Acme', '"shop"', 'office', 'invented', 'made', 'tnr_', ...numbers];
    expect(secrets.filter((secret) => text.includes(secret))).toEqual([]);
    expect(text).not.toMatch(/\b(ten|ins|key|evt|nod|req)_[0-9a-z]{26}/);
  });

  it('are for this machine and for the operator: a request that came through a proxy needs the key', async () => {
    const asked = async (key: string | null, headers: Record<string, string>) => {
      const response = await fetch(`${test.url}/metrics`, { headers: { ...(key && { authorization: `Bearer ${key}` }), ...headers } });
      return { status: response.status, body: /json/.test(response.headers.get('content-type') ?? '') ? await response.json() : await response.text(), headers: response.headers };
    };
    const { body: key } = await test.operator.post<{ key: string }>('/v1/api-keys', { tenantId: tenant.id, name: 'curious', environment: 'test', scopes: ['*'] });
    expectProblem(await asked(null, FORWARDED), 401, 'unauthorized');
    expectProblem(await asked('tnr_op_wrongwrongwrongwrongwrong', FORWARDED), 401, 'unauthorized');
    expectProblem(await asked(key.key, FORWARDED), 403, 'forbidden');
    expectProblem(await asked(null, { forwarded: 'for=127.0.0.1' }), 401, 'unauthorized');
    const answer = await test.operator.get('/metrics', FORWARDED);
    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8');
    expect((await asked(null, {})).status).toBe(200);
  });
});
