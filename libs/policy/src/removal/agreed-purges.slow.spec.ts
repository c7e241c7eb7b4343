import { type InstanceId, type KeyId, uuidOf } from '#libs/contracts';
import { ApiClient, expectProblem, type TestTenant, until } from '#libs/testing';
import { RetentionWorld, TEST_ONLY } from '../../test/retention-world.js';
import { RetentionSweep } from '../retention-sweep.js';
import type { PurgePageDto } from './purge.dto.js';

const SOON = { id: 'gone', kind: 'act', priority: 1, clock: 'latest', match: TEST_ONLY, purge: { after: 'PT1S', grace: 'PT1S' } };

describe('a removal that somebody has to know of, or to agree to', () => {
  let world: RetentionWorld;
  let tenant: TestTenant;
  let colleague: ApiClient;
  let id: InstanceId;

  beforeAll(async () => {
    world = await RetentionWorld.start();
  }, 30_000);
  afterAll(() => world.close());
  beforeEach(async () => {
    tenant = await world.ground.tenant();
    colleague = await world.ground.client(tenant.id, 'test');
    id = await world.create(tenant.client, 'shop', { plan: 'free' });
    await world.settle(tenant.id, id, 'disconnected', 'logged_out', 60);
  });

  const look = <T>(sql: string, ...values: unknown[]) => world.ground.superuser.look<T & object>(sql, ...values);
  const purgeId = async () => (await tenant.client.get<PurgePageDto>(`/v1/purges?instanceId=${id}`)).body.data[0]!.id;
  const blockers = async () => (await world.explain(tenant.client, id)).decision.blockers.map(({ code }) => code);
  const notices = () => look<{ at: Date }>(`SELECT occurred_at AS at FROM journal WHERE instance_id = $1 AND type = 'retention.notice_sent' ORDER BY seq`, uuidOf(id));
  const approve = async (client: ApiClient) => client.post(`/v1/purges/${await purgeId()}/approve`);

  it('gives notice in the journal, and waits its time from then on', async () => {
    await world.activate(tenant.client, [SOON], { notice: { before: 'PT3S', channels: ['journal'] } });
    await world.untilLifecycle(tenant.client, id, 'purged');
    const [notice, ...more] = await notices();
    expect(more).toEqual([]);
    const [purged] = await look<{ at: Date }>(`SELECT occurred_at AS at FROM journal WHERE instance_id = $1 AND type = 'instance.purged'`, uuidOf(id));
    expect(purged!.at.getTime() - notice!.at.getTime()).toBeGreaterThanOrEqual(3_000); // I6
  });

  it('gives notice anew after the release of a hold', async () => {
    await world.activate(tenant.client, [SOON], { notice: { before: 'PT1H', channels: ['journal'] } });
    await until('notice was given', async () => (await notices()).length === 1);
    const hold = await tenant.client.post<{ id: string }>('/v1/holds', { scope: 'selector', selector: 'plan', reason: 'wait' });
    await tenant.client.delete(`/v1/holds/${hold.body.id}`);
    await until('it was given again', async () => (await notices()).length === 2);
  });

  it('waits until enough others agree, who have nothing to do with whoever put the rule in force', async () => {
    const made = await tenant.client.post<{ key: string }>('/v1/api-keys', { name: 'mine too', environment: 'test', scopes: ['*'] });
    const ownSecond = new ApiClient(world.ground.url, made.body.key);
    const third = await world.ground.client(tenant.id, 'test');
    await world.activate(tenant.client, [SOON], { approvals: { purge: 2 } });
    await until('it waits', async () => (await blockers()).includes('approvals'));
    const late = await world.ground.client(tenant.id, 'test');
    for (const client of [tenant.client, ownSecond, late]) expectProblem(await approve(client), 403, 'approval-not-independent'); // I9
    for (let n = 0; n < 2; n++) expect((await approve(colleague)).status).toBe(200);
    await world.ground.get(RetentionSweep).sweep();
    expect(await world.read(tenant.client, id)).toMatchObject({ lifecycle: 'purge_scheduled' });
    await approve(third);
    await world.untilLifecycle(tenant.client, id, 'purged');
    expectProblem(await approve(third), 409, 'purge-ended');
    const keys = await look<{ key: KeyId }>(`SELECT DISTINCT data ->> 'keyId' AS key FROM journal WHERE instance_id = $1 AND type = 'retention.approval_granted'`, uuidOf(id));
    expect(keys).toHaveLength(2);
  });

  it('forgets who agreed when a hold is released', async () => {
    await world.activate(tenant.client, [{ ...SOON, purge: { after: 'PT1S', grace: 'PT1H' } }], { approvals: { purge: 1 } });
    await world.untilLifecycle(tenant.client, id, 'purge_scheduled');
    await approve(colleague);
    expect(await blockers()).toEqual([]);
    const hold = await tenant.client.post<{ id: string }>('/v1/holds', { scope: 'tenant', reason: 'wait' });
    await tenant.client.delete(`/v1/holds/${hold.body.id}`);
    expect(await blockers()).toEqual(['approvals']);
    await approve(colleague);
    expect(await blockers()).toEqual([]);
  });
});
