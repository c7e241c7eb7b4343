import { type InstanceId, MessageArchive, type SeenMessage, uuidOf } from '#libs/contracts';
import { MessageContentsRepository } from '#libs/messaging';
import { lockInstance } from '#libs/platform';
import { type TestTenant, until } from '#libs/testing';
import { RetentionWorld } from '../../test/retention-world.js';
import { Reconciler } from '../reconciler.js';
import { RetentionRescan } from '../retention-rescan.js';
import { MessageCleaning } from './message-cleaning.js';
import { MessageSweep } from './message-sweep.js';

const CHAT = '5511987654321@s.whatsapp.net';
const TEST = { environment: ['test'] };
const HOUR = 3_600;
/** What is older than an hour goes. */
const LIMIT = { id: 'content', kind: 'act', priority: 1000, clock: 'latest', match: TEST, messages: { keep: 'PT1H' } };

interface Shown {
  text: string | null;
  chat: string | null;
  contentErasedAt: string | null;
}

describe('the content of messages, by age', () => {
  let world: RetentionWorld;
  let tenant: TestTenant;
  let id: InstanceId;

  beforeAll(async () => {
    world = await RetentionWorld.start({ api: true, worker: false });
  }, 30_000);
  afterAll(() => world.close());
  beforeEach(async () => {
    tenant = await world.ground.tenant();
    id = await world.create(tenant.client, 'shop', { plan: 'free' });
  });

  const look = <T extends object>(sql: string, ...values: unknown[]) => world.ground.superuser.look<T>(sql, ...values);
  /** `ago` in seconds. */
  const seen = (ago: number, rest: Partial<SeenMessage> = {}): SeenMessage => ({
    ...{ whatsappId: `3EB0${ago}`, chat: CHAT, participant: null, fromMe: false, timestamp: new Date(Date.now() - ago * 1000), text: `sent ${ago} s ago`, kind: 'conversation', original: Buffer.from('an original') },
    ...rest,
  });
  const receive = (messages: SeenMessage[], of = id) => world.ground.get(MessageArchive).keep(tenant.id, of, messages);
  const shown = async (of = id) => (await tenant.client.get<{ data: Shown[] }>(`/v1/instances/${of}/messages?limit=200`)).body.data;
  const texts = async (of = id) => (await shown(of)).map(({ text }) => text);
  const erased = async () => look<{ data: { messages: number; sentUntil: string; ruleId: string | null }; actor: object }>(`SELECT data, actor FROM journal WHERE tenant_id = $1 AND type = 'messages.erased' ORDER BY seq`, uuidOf(tenant.id));
  const deadline = async (of = id) => (await look<{ due_at: Date | null }>('SELECT due_at FROM message_deadlines WHERE instance_id = $1', uuidOf(of)))[0]?.due_at;
  const sweep = () => new MessageSweep(world.ground.get(MessageContentsRepository), world.ground.get(MessageCleaning)).sweep();
  const decideAgain = async () => {
    while (await world.ground.get(RetentionRescan).step());
  };
  const activate = async (rules: object[] = [LIMIT], more: object = {}) => {
    await world.activate(tenant.client, rules, more);
    await decideAgain();
  };
  /** Nothing goes before a version was in force for as long as the floor. */
  const activateAndWait = async (rules?: object[], more?: object) => {
    await activate(rules, more);
    await until('the second after the activation is over', async () => (await look<{ over: boolean }>(`SELECT activated_at + interval '1 second' <= tenure_now() AS over FROM tenant_retention WHERE tenant_id = $1`, uuidOf(tenant.id)))[0]!.over);
  };

  let held = '';
  const place = async (body: object) => (held = (await tenant.client.post<{ id: string }>('/v1/holds', { reason: 'a dispute', ...body })).body.id);
  const release = () => tenant.client.delete(`/v1/holds/${held}`);
  const placeForAll = async () => (held = (await world.ground.operator.post<{ id: string }>('/v1/platform/holds', { reason: 'a dispute' })).body.id);
  const releaseForAll = () => world.ground.operator.delete(`/v1/platform/holds/${held}`);
  const stopAll = (on: boolean) => world.ground.operator.put('/v1/platform/kill-switch', { on });
  const turn = (way: string) => world.ground.operator.post(`/v1/tenants/${tenant.id}/${way}`);

  it('goes when it is old enough and leaves the message in the list; what is younger stays', async () => {
    await receive([seen(3 * HOUR), seen(2 * HOUR, { participant: CHAT }), seen(60)]);
    await activateAndWait();
    await sweep();
    const nothing = { text: null, chat: null, participant: null, contentErasedAt: expect.any(String), direction: 'in', type: 'text', status: 'received' };
    expect(await shown()).toEqual([expect.objectContaining({ text: 'sent 60 s ago', chat: CHAT, contentErasedAt: null }), expect.objectContaining(nothing), expect.objectContaining(nothing)]);
    expect(await look('SELECT 1 FROM messages WHERE instance_id = $1 AND (content IS NOT NULL OR original IS NOT NULL) AND content_erased_at IS NOT NULL', uuidOf(id))).toEqual([]);
    expect(await erased()).toEqual([{ data: { messages: 2, sentUntil: expect.any(String), ruleId: 'content', policyVersion: 1 }, actor: { kind: 'rule', id: 'policy/1/content' } }]);
    expect((await deadline())!.getTime()).toBeGreaterThan(Date.now() + 3_400_000);
  });

  it('is not kept again when the same message comes once more', async () => {
    await receive([seen(2 * HOUR)]);
    await activateAndWait();
    await sweep();
    await receive([seen(2 * HOUR)]);
    expect(await texts()).toEqual([null]);
  });

  it('goes in batches of one instance, each with its entry', async () => {
    await receive(Array.from({ length: 700 }, (_, n) => seen(2 * HOUR + n)));
    await receive(Array.from({ length: 500 }, (_, n) => seen(3 * HOUR + n)));
    await activateAndWait();
    await sweep();
    expect((await erased()).map(({ data }) => data.messages)).toEqual([500, 500, 200]);
    expect(await deadline()).toBeNull();
  });

  it('of no other instance is touched (I4)', async () => {
    const other = await world.create(tenant.client, 'other');
    await receive([seen(2 * HOUR)], other);
    await receive([seen(2 * HOUR)]);
    await activateAndWait([{ ...LIMIT, match: { ...TEST, labels: { plan: 'free' } } }]);
    await sweep();
    expect([await texts(), await texts(other)]).toEqual([[null], ['sent 7200 s ago']]);
    expect(await deadline(other)).toBeUndefined();
  });

  it('of an archived instance goes, too', async () => {
    await receive([seen(2 * HOUR)]);
    await tenant.client.post(`/v1/instances/${id}/archive`);
    await activateAndWait();
    await sweep();
    expect(await texts()).toEqual([null]);
  });

  it('of a message that comes late is due by its own time, and one of an idle instance costs no look', async () => {
    await activateAndWait();
    await world.ground.get(Reconciler).reconcile(tenant.id, id);
    expect(await deadline()).toBeNull();
    await receive([seen(60)]);
    const first = await deadline();
    await receive([seen(50)]);
    expect(await deadline()).toEqual(first);
    await receive([seen(2 * HOUR)]);
    expect((await deadline())!.getTime()).toBeLessThan(Date.now());
    await sweep();
    expect(await texts()).toEqual(['sent 50 s ago', 'sent 60 s ago', null]);
  });

  it('stays for as long again as the floor once a version is in force: somebody may think again', async () => {
    await receive([seen(2 * HOUR)]);
    await activate();
    await sweep();
    expect(await texts()).toEqual(['sent 7200 s ago']);
    expect((await deadline())!.getTime()).toBeGreaterThan(Date.now() - 1000);
  });

  it.each<[string, () => Promise<unknown>, () => Promise<unknown>]>([
    ['a hold on the instance', () => place({ scope: 'instance', instanceId: id }), release],
    ['a hold by label', () => place({ scope: 'selector', selector: 'plan=free' }), release],
    ['a hold on the tenant', () => place({ scope: 'tenant' }), release],
    ['a hold of the operator', () => placeForAll(), releaseForAll],
    ['the kill switch', () => stopAll(true), () => stopAll(false)],
    ['a suspension', () => turn('suspend'), () => turn('resume')],
    ['a simulation', () => activate([LIMIT], { mode: 'simulate' }), () => activateAndWait()],
    ['rules that are off', () => activate([LIMIT], { mode: 'off' }), () => activateAndWait()],
  ])('stays under %s, and goes afterwards', async (_under, guard, end) => {
    await receive([seen(2 * HOUR)]);
    await activateAndWait();
    await guard();
    await decideAgain();
    await sweep();
    expect(await texts()).toEqual(['sent 7200 s ago']);
    expect(await erased()).toEqual([]);
    await end();
    await until('it goes', async () => {
      await decideAgain();
      await sweep();
      return (await erased()).length === 1;
    });
  });

  it('stays when a hold comes while a batch waits for the instance', async () => {
    await receive([seen(2 * HOUR)]);
    await activateAndWait();
    const { cleaning } = await world.ground.database.forTenant(tenant.id, async (tx) => {
      await lockInstance(tx, id);
      const waiting = world.ground.get(MessageCleaning).clean({ tenantId: tenant.id, instanceId: id });
      await until('the batch waits', async () => (await look(`SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE '%instance_heads%'`)).length > 0);
      await tx.execute`
        INSERT INTO active_holds (tenant_id, id, environment, scope, instance_id, reason, placed_at, placed_by)
        VALUES (${uuidOf(tenant.id)}::uuid, gen_random_uuid(), 'test', 'instance', ${uuidOf(id)}::uuid, 'a dispute', tenure_now(), '{}')`;
      return { cleaning: waiting };
    });
    expect(await cleaning).toBe(false);
    expect(await texts()).toEqual(['sent 7200 s ago']);
    expect(await erased()).toEqual([]);
  });

  it('of a message that waits for a batch is not forgotten', async () => {
    await receive([seen(2 * HOUR)]);
    await activateAndWait();
    const { receiving } = await world.ground.database.forTenant(tenant.id, async (tx) => {
      await lockInstance(tx, id);
      const waiting = receive([seen(60)]);
      await until('the message waits', async () => (await look(`SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE '%INTO messages%'`)).length > 0);
      await tx.execute`UPDATE messages SET content = NULL, original = NULL, content_erased_at = tenure_now() WHERE instance_id = ${uuidOf(id)}::uuid`;
      await tx.execute`UPDATE message_deadlines SET due_at = NULL WHERE instance_id = ${uuidOf(id)}::uuid`;
      return { receiving: waiting };
    });
    await receiving;
    expect((await deadline())!.getTime()).toBeGreaterThan(Date.now() + 3_400_000);
  });

  it('is explained: for how long it is kept, by which rule, and what stands in the way', async () => {
    await activate([LIMIT, { ...LIMIT, id: 'longer', priority: 999, messages: { keep: 'P2D' } }]);
    await tenant.client.post('/v1/holds', { scope: 'tenant', reason: 'a dispute' });
    const at = new Date(Date.now() + 60_000);
    const { messages } = await world.explain(tenant.client, id, `?at=${encodeURIComponent(at.toISOString())}`);
    expect(messages).toEqual({ keptForSeconds: 2 * 86_400, rule: 'longer', sentUntil: new Date(at.getTime() - 2 * 86_400_000).toISOString(), blockers: [expect.objectContaining({ code: 'hold', until: 'indefinite' })] });
  });

  it('is not limited by a document for everything when a test key puts it in force', async () => {
    await tenant.client.put('/v1/retention-policy', { schema: 'retention/v1', mode: 'enforce', messages: { keep: 'P90D' }, rules: [] });
    expect((await tenant.client.post('/v1/retention-policy/versions/1/activate')).status).toBe(403);
  });
});
