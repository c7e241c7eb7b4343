import type { InstanceId } from '#libs/contracts';
import { type ApiClient, expectProblem, type TestTenant } from '#libs/testing';
import { RetentionWorld, TEST_ONLY } from '../../test/retention-world.js';

const RULE = { id: 'r', kind: 'act', priority: 1, clock: 'createdAt', match: TEST_ONLY, archive: { after: 'P10D' } };
const DAY = 86_400_000;

describe('an override', () => {
  let world: RetentionWorld;
  let tenant: TestTenant;
  let writer: ApiClient;
  let id: InstanceId;

  beforeAll(async () => {
    world = await RetentionWorld.start();
  }, 30_000);
  afterAll(() => world.close());
  beforeEach(async () => {
    tenant = await world.ground.tenant();
    writer = await world.ground.client(tenant.id, 'test', ['retention:read', 'retention:write']);
    id = await world.create(tenant.client, 'shop');
    await world.settle(tenant.id, id, 'disconnected', 'logged_out', 60);
    await world.activate(tenant.client, [RULE]);
  });

  const path = () => `/v1/instances/${id}/retention/override`;
  const dueInDays = async () => Math.round((Date.parse((await world.explain(tenant.client, id)).decision.dueAt!) - Date.now()) / DAY);

  it('gives an instance more time than its rule, until it is cleared', async () => {
    expect((await writer.put(path(), { archiveAfter: 'P60D' })).body).toMatchObject({ archiveAfter: 'P60D', purgeAfter: null, mayShorten: false });
    expect(await dueInDays()).toBe(60);
    expect((await writer.get(path())).body).toMatchObject({ archiveAfter: 'P60D' });
    expect((await writer.delete(path())).status).toBe(204);
    expect(await dueInDays()).toBe(10);
    expectProblem(await writer.get(path()), 404, 'no-override');
    expectProblem(await writer.delete(path()), 404, 'no-override');
  });

  it('gives it less only by a key that may remove', async () => {
    await writer.put(path(), { archiveAfter: 'P2D' });
    expect(await dueInDays()).toBe(10);
    await tenant.client.put(path(), { archiveAfter: 'P2D' });
    expect(await dueInDays()).toBe(2);
  });

  it.each([
    [{}, '/archiveAfter'],
    [{ archiveAfter: null }, '/archiveAfter'],
    [{ archiveAfter: 'P1M' }, '/archiveAfter'],
    [{ purgeAfter: 'P9999D' }, '/purgeAfter'],
    [{ purgeAfter: 'P0D' }, '/purgeAfter'],
  ])('that says nothing or nonsense is refused: %j', async (body, pointer) => {
    const refused = await writer.put(path(), body);
    expectProblem(refused, 422, 'invalid-request');
    expect(refused.body).toMatchObject({ errors: [{ pointer }] });
  });
});
