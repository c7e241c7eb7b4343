import fc from 'fast-check';
import { idFrom, type InstanceId, type TenantId, uuidOf } from '#libs/contracts';
import type { ApiClient } from '#libs/testing';
import { BY_SESSIONS, differencesFromJournal } from '../../../test/setup/differences-from-journal.js';
import { RetentionWorld, TEST_ONLY } from '../test/retention-world.js';
import { Reconciler } from './reconciler.js';

const SEED = Number(process.env.TENURE_SEED ?? Date.now() % 1_000_000_007);
const COMMANDS = 1_000;
const EACH = 60;
const RULE = { id: 'gone', kind: 'act', priority: 1, clock: 'latest', match: { ...TEST_ONLY, labels: { fate: 'gone' } }, archive: { after: 'PT1S' }, purge: { after: 'PT2S', grace: 'PT1S' } };

interface One {
  tenantId: TenantId;
  client: ApiClient;
  id: InstanceId;
}

type Command = (one: One, world: RetentionWorld) => Promise<unknown>;

const post = (path: string, body?: object): Command => ({ client, id }) => client.post(`/v1/instances/${id}${path}`, body);
const patch = (body: object): Command => ({ client, id }) => client.patch(`/v1/instances/${id}`, body);

async function releaseHold({ client, id }: One): Promise<void> {
  const { body } = await client.get<{ data: { id: string }[] }>(`/v1/holds?instanceId=${id}`);
  for (const hold of body.data) await client.delete(`/v1/holds/${hold.id}`);
}

async function remove({ client, id }: One): Promise<void> {
  const { body } = await client.post<{ id: string; token: string }>(`/v1/instances/${id}/deletion-requests`);
  const { name } = (await client.get<{ name: string }>(`/v1/instances/${id}`)).body;
  await client.post(`/v1/deletion-requests/${body.id}/confirm`, { token: body.token, name });
}

async function cancelPurge({ client, id }: One): Promise<void> {
  const { body } = await client.get<{ data: { id: string }[] }>(`/v1/purges?instanceId=${id}&status=scheduled`);
  for (const purge of body.data) await client.post(`/v1/purges/${purge.id}/cancel`);
}

/** When what is scheduled has waited long enough. */
async function haveItsTurn({ tenantId, id }: One, world: RetentionWorld): Promise<void> {
  await world.ground.superuser.look(`UPDATE instances SET lifecycle_since = lifecycle_since - interval '8 days' WHERE id = $1 AND lifecycle = 'purge_scheduled'`, uuidOf(id));
  await world.ground.get(Reconciler).reconcile(tenantId, id);
}

/** Every command that names an instance, the turn that the sweep gives it among them. */
const NAMED: Record<string, Command> = {
  rename: ({ client, id }) => client.patch(`/v1/instances/${id}`, { name: `shop ${performance.now()}` }),
  'doom by a label': patch({ labels: { fate: 'gone' } }),
  'save by a label': patch({ labels: { fate: 'none' } }),
  protect: patch({ deletionProtection: true }),
  unprotect: patch({ deletionProtection: false }),
  start: post('/start'),
  stop: post('/stop'),
  archive: post('/archive'),
  restore: post('/restore'),
  hold: ({ client, id }) => client.post('/v1/holds', { scope: 'instance', instanceId: id, reason: 'a dispute' }),
  'release its holds': releaseHold,
  override: ({ client, id }) => client.put(`/v1/instances/${id}/retention/override`, { purgeAfter: 'P30D' }),
  'clear the override': ({ client, id }) => client.delete(`/v1/instances/${id}/retention/override`),
  'ask for its deletion': post('/deletion-requests'),
  'delete it': remove,
  'take its removal back': cancelPurge,
  'have its turn': haveItsTurn,
};

describe(`whatever is done to an instance (TENURE_SEED=${SEED})`, () => {
  let world: RetentionWorld;
  const all: One[] = [];

  beforeAll(async () => {
    world = await RetentionWorld.start({ api: true, worker: false }, false);
    for (const name of ['one', 'other']) {
      const { id: tenantId, client } = await world.ground.tenant(name);
      await world.activate(client, [RULE]);
      for (let n = 0; n < EACH; n++) {
        const id = await world.create(client, `shop ${n}`, { n: String(n) });
        await world.settle(tenantId, id, 'disconnected', 'logged_out', 3_600);
        // so that each command finds some to which it means something
        if (n % 2 === 0) await client.post(`/v1/instances/${id}/start`);
        all.push({ tenantId, client, id });
      }
    }
  }, 60_000);
  afterAll(() => world.close());

  /** Of each instance, everything that any table has of it; which entries still wait for a position is the sequencer's business. */
  async function digests(): Promise<Map<string, string>> {
    const tables = await world.ground.superuser.look<{ name: string }>(
      `SELECT table_name AS name FROM information_schema.columns WHERE table_schema = 'public' AND column_name = 'instance_id' AND table_name <> 'journal_pending' AND table_name IN (SELECT tablename FROM pg_tables)`,
    );
    const parts = tables.map(({ name }) => `SELECT instance_id, '${name}' AS of, (to_jsonb(t) - 'position')::text AS row FROM ${name} t`);
    const rows = await world.ground.superuser.look<{ id: string; of: string; digest: string }>(
      `SELECT instance_id AS id, of, md5(string_agg(row, ',' ORDER BY row)) AS digest
       FROM (${[...parts, `SELECT id, 'instances', to_jsonb(t)::text FROM instances t`].join(' UNION ALL ')}) AS everything WHERE instance_id IS NOT NULL GROUP BY 1, 2`,
    );
    return new Map(rows.map(({ id, of, digest }) => [`${idFrom('ins', id)} ${of}`, digest]));
  }

  it(`changes nothing of any other: ${COMMANDS} commands (I4)`, async () => {
    const commands = fc.sample(fc.tuple(fc.constantFrom(...Object.keys(NAMED)), fc.nat(all.length - 1)), { seed: SEED, numRuns: COMMANDS });
    const changed = new Map<string, number>();
    let before = await digests();
    for (const [name, place] of commands) {
      const one = all[place]!;
      await NAMED[name]!(one, world);
      const after = await digests();
      const touched = [...new Set([...before.keys(), ...after.keys()])].filter((part) => before.get(part) !== after.get(part));
      expect([name, one.id, touched.filter((part) => !part.startsWith(one.id))]).toEqual([name, one.id, []]);
      if (touched.length > 0) changed.set(name, (changed.get(name) ?? 0) + 1);
      before = after;
    }
    // each of them did what it says at least once
    expect([...changed.keys()].sort()).toEqual(Object.keys(NAMED).sort());
  }, 300_000);

  it('and the journal gives the present state of each (I15)', async () => {
    expect(await differencesFromJournal(world.ground.database, world.ground.keyring, BY_SESSIONS)).toEqual([]);
  }, 60_000);

  it('and some were removed in the course of it', async () => {
    const rows = await world.ground.superuser.look<{ id: string }>(`SELECT id FROM instances WHERE lifecycle = 'purged' AND id = ANY($1::uuid[])`, all.map(({ id }) => uuidOf(id)));
    expect(rows.length).toBeGreaterThan(2);
    expect(rows.length).toBeLessThan(all.length);
  });
});
