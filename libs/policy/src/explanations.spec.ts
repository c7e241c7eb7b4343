import { type InstanceId, uuidOf } from '#libs/contracts';
import { expectProblem, type TestTenant } from '#libs/testing';
import { disconnectedTestRule, RetentionWorld, TEST_ONLY } from '../test/retention-world.js';
import { Reconciler } from './reconciler.js';

const DAY = 86_400_000;
const archiving = (id: string, priority: number, after: string) => ({ ...disconnectedTestRule, id, priority, match: TEST_ONLY, archive: { after } });

describe('an explanation', () => {
  let world: RetentionWorld;
  let tenant: TestTenant;
  let id: InstanceId;

  beforeAll(async () => {
    world = await RetentionWorld.start({ api: true, worker: false });
  }, 30_000);
  afterAll(() => world.close());
  beforeEach(async () => {
    tenant = await world.ground.tenant();
    id = await world.create(tenant.client, 'shop');
  });

  const explain = (query = '') => world.explain(tenant.client, id, query);

  it('of a tenant without rules says that nothing happens', async () => {
    expect(await explain()).toMatchObject({
      policyVersion: null,
      mode: 'off',
      decision: { action: null, dueAt: null, rule: null, blockers: [], losers: [] },
      possibleFrom: null,
      summary: 'The rules are off: none of them does anything.',
    });
  });

  it('names the rule, the deadline and the rules that lost, and agrees with the list', async () => {
    await world.settle(tenant.id, id, 'disconnected', 'logged_out', 0);
    await world.activate(tenant.client, [archiving('later', 2, 'P1D'), archiving('first', 1, 'P3D')]);
    await world.ground.get(Reconciler).reconcile(tenant.id, id);
    const { decision, possibleFrom, summary } = await explain();
    expect(decision).toMatchObject({ action: 'archive', rule: 'first', losers: ['later'], blockers: [] });
    expect(possibleFrom).toBe(decision.dueAt);
    expect(summary).toBe(`It is to be archived by the rule first at ${decision.dueAt} unless something changes.`);
    expect((await world.read(tenant.client, id)).retention).toEqual({ nextAction: 'archive', dueAt: decision.dueAt, ruleId: 'first' });
  });

  it('looks ahead, and at a draft', async () => {
    await world.settle(tenant.id, id, 'disconnected', 'logged_out', 0);
    await tenant.client.patch(`/v1/instances/${id}`, { labels: { vip: 'yes' } });
    const rules = [{ ...archiving('act', 1, 'P1D'), purge: { after: 'P9D', grace: 'P1D' } }];
    await tenant.client.put('/v1/retention-policy', { schema: 'retention/v1', mode: 'enforce', exempt: { labels: ['vip'] }, rules });
    const at = new Date(Date.now() + 2 * DAY).toISOString();
    const { decision, policyVersion, summary, possibleFrom } = await explain(`?at=${encodeURIComponent(at)}&policyVersion=1`);
    expect({ policyVersion, possibleFrom }).toEqual({ policyVersion: 1, possibleFrom: null });
    expect(decision).toMatchObject({ action: 'archive', blockers: [{ code: 'exempt-label', until: 'indefinite' }] });
    expect(summary).toMatch(/^It is to be archived by the rule act and is due, but something stands in the way: A label exempts it/);
  });

  it('names when each blocker ends', async () => {
    await world.settle(tenant.id, id, 'disconnected', 'logged_out', 0);
    await world.ground.superuser.look(`UPDATE connections SET pairing_since = tenure_now() WHERE instance_id = $1`, uuidOf(id));
    await world.activate(tenant.client, [archiving('act', 1, 'PT1S')]);
    const { decision, possibleFrom } = await explain();
    expect(decision.blockers).toMatchObject([{ code: 'pairing' }]);
    expect(possibleFrom).toBe(decision.blockers[0]!.until);
    expect(Date.parse(possibleFrom!)).toBeGreaterThan(Date.now() + 9 * 60_000);
  });

  it.each([
    ['connected', null, 'It is connected: no rule acts on what is in use.'],
    ['disconnected', 'platform_stopped', 'The platform stopped it, which starts no clock.'],
    ['disconnected', 'user_stopped', 'No rule matches it.'],
  ] as const)('of what is %s (%s) says why nothing happens', async (state, reason, summary) => {
    await world.settle(tenant.id, id, state, reason, 0);
    await world.activate(tenant.client, [archiving('act', 1, 'P1D')]);
    expect((await explain()).summary).toBe(summary);
  });

  it('of what is archived says that nothing is left to do', async () => {
    await world.settle(tenant.id, id, 'disconnected', 'logged_out', 0);
    await tenant.client.post(`/v1/instances/${id}/archive`);
    await world.activate(tenant.client, [archiving('act', 1, 'P1D')]);
    expect((await explain()).summary).toBe('The rule act has nothing left to do.');
  });

  it.each(['?at=2020-01-01T00:00:00Z', '?at=tomorrow', '?at=2027-01-01', '?at=2027-W10-1T00:00:00Z', '?at=20270101T000000Z', '?at=2027-02-30T00:00:00Z', '?policyVersion=x', '?policyVersion=0', '?colour=red'])('is refused for %s', async (query) => {
    expectProblem(await tenant.client.get(`/v1/instances/${id}/retention${query}`), 422, 'invalid-request');
  });

  it('has no version that was never saved', async () => {
    expectProblem(await tenant.client.get(`/v1/instances/${id}/retention?policyVersion=7`), 404, 'policy-version-not-found');
  });
});
