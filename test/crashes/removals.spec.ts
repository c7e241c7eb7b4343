import { idFrom, type InstanceId, uuidOf } from '#libs/contracts';
import { activateVersion, type ApiClient, until } from '#libs/testing';
import type { BuiltProcess } from '../setup/built-process.js';
import { Cluster } from '../setup/cluster.js';
import { type CutMoment, CuttingProxy } from '../setup/cutting-proxy.js';
import { BY_SESSIONS, differencesAt } from '../setup/differences-from-journal.js';
import { Dice } from '../troubles/dice.js';

const SEED = Number(process.env.TENURE_SEED ?? Date.now() % 1_000_000_007);
const POINTS = process.env.TENURE_CAMPAIGN === 'full' ? 1_000 : 40;
/** Under way at a time: of what they write together, the next cut meets any. A life of seconds for each cut would be most of the campaign. */
const AT_ONCE = 8;
/** Of all of these, from one cut to the next. */
const STATEMENTS = 30;
const WRITES = /^\s*(WITH .*)?(INSERT INTO|UPDATE|DELETE FROM) (instances|instance_payload|instance_heads|wa_\w+|purge\w*|retention_\w+|messages|journal|connections)\b/s;
const MOMENTS: CutMoment[] = ['before', 'after', 'committed'];
const TEST = { environment: ['test'], connection: ['disconnected'] };
const RULES = [
  { id: 'put-away', kind: 'act', priority: 1, clock: 'latest', match: { ...TEST, labels: { fate: 'archive' } }, archive: { after: 'PT1S' } },
  { id: 'gone', kind: 'act', priority: 2, clock: 'latest', match: { ...TEST, labels: { fate: 'purge' } }, purge: { after: 'PT1S', grace: 'PT1S' } },
];
const RULED = { schema: 'retention/v1', mode: 'enforce', notice: { before: 'PT1S', channels: ['journal'] }, rules: RULES };
/** Disconnected for longer than a storm is looked for. What an instance in use has, beside what creating it gives it; the bytes mean nothing to what moves and removes them. */
const BELONGINGS = [
  `INSERT INTO connections (tenant_id, instance_id, state, reason, since, settled_state, settled_reason, settled_since, reason_at)
   SELECT tenant_id, id, 'disconnected', 'logged_out', at, 'disconnected', 'logged_out', at, at FROM instances, (SELECT tenure_now() - interval '1 hour' AS at) t WHERE id = $1`,
  `INSERT INTO wa_credentials (tenant_id, instance_id, ciphertext, revoked_at) SELECT tenant_id, id, decode(md5(id::text), 'hex'), now() FROM instances WHERE id = $1`,
  `INSERT INTO wa_signal_keys (tenant_id, instance_id, type, id_hash, ciphertext)
   SELECT tenant_id, id, 'session', decode(md5(n::text), 'hex'), decode(md5(id::text || n), 'hex') FROM instances, generate_series(1, 30) n WHERE id = $1`,
];
const AT_HOME = ['connections', 'wa_credentials', 'wa_signal_keys', 'instance_payload'];

type Fate = 'archive' | 'purge';
interface Life {
  id: InstanceId;
  fate: Fate;
  belongings: unknown;
  isLabelled: boolean;
}

/**
 * kill -9 of the process, or the end of its line to the database, at statements of archive, restore, schedule, notice, purge and erase. Whatever
 * it met is done or it is not (I12), each of them once (I2, I3), and whoever comes next brings it to its end (I18).
 */
describe(`removals and archives that are cut off (TENURE_SEED=${SEED})`, () => {
  const dice = new Dice(SEED);
  let cluster: Cluster;
  let proxy: CuttingProxy;
  let url = '';
  let product: BuiltProcess;
  let bystander: InstanceId;
  let before: unknown;
  let cuts = 0;
  const lives: Life[] = [];
  let underWay: Life[] = [];

  const client = (): ApiClient => cluster.clientOf(product);
  const look = <T extends object>(sql: string, ...values: unknown[]) => cluster.superuser.look<T>(sql, ...values);
  const start = async () => {
    product = await cluster.process('standalone', { DATABASE_URL: url });
  };
  /** It may be dying. */
  const again = <T>(what: string, ask: () => Promise<T | null | false>) => until(what, () => ask().catch(() => null), 60_000);
  const lifecycle = async (id: InstanceId) => (await look<{ lifecycle: string }>('SELECT lifecycle FROM instances WHERE id = $1', uuidOf(id)))[0]!.lifecycle;
  const events = async (id: InstanceId) => {
    const rows = await look<{ type: string; n: number }>(`SELECT type, count(*)::int AS n FROM journal WHERE instance_id = $1 AND type NOT LIKE 'connection.%' GROUP BY 1`, uuidOf(id));
    return Object.fromEntries(rows.map(({ type, n }) => [type, n]));
  };
  const belongingsOf = (id: InstanceId) =>
    Promise.all(AT_HOME.map((table) => look(`SELECT to_jsonb(t) - 'owner_epoch' - 'version' AS row FROM ${table} t WHERE instance_id = $1 ORDER BY 1`, uuidOf(id))));

  async function create(name: string): Promise<InstanceId> {
    const created = await again(name, async () => {
      const { body } = await client().send<{ id?: InstanceId }>('POST', '/v1/instances', { name, labels: { fate: 'none' } }, { 'idempotency-key': name });
      return body.id ?? null;
    });
    for (const statement of BELONGINGS) await look(statement, uuidOf(created));
    return created;
  }

  async function begin(): Promise<void> {
    const id = await create(`number-${lives.length}`);
    const life = { id, fate: dice.one<Fate>(['archive', 'purge', 'purge']), belongings: await belongingsOf(id), isLabelled: false };
    lives.push(life);
    underWay.push(life);
  }

  /** From here on its rule is after it. */
  async function label(life: Life): Promise<void> {
    life.isLabelled ||= await client().patch(`/v1/instances/${life.id}`, { labels: { fate: life.fate } }).then(({ status }) => status === 200, () => false);
  }

  async function lookAround(): Promise<void> {
    await Promise.all(underWay.map(label));
    const isDone = await Promise.all(underWay.map(isOver));
    underWay = underWay.filter((_life, n) => !isDone[n]);
  }

  /** Something of what is under way meets it; then it goes on, with others in the place of what is over. */
  async function cut(): Promise<void> {
    while (underWay.length < AT_ONCE) await begin();
    const [onProcess, moment] = [dice.next() < 0.5, dice.one(MOMENTS)];
    const doomed = product;
    const earlier = proxy.cuts;
    proxy.cutAt(dice.between(1, STATEMENTS), moment, () => onProcess && doomed.signal('SIGKILL'));
    await until('a cut', () => lookAround().then(() => proxy.cuts > earlier || underWay.length === 0), 20_000);
    proxy.cutAt(0, 'before');
    if (proxy.cuts === earlier) return;
    cuts++;
    if (!onProcess) return;
    await doomed.exit();
    await start();
  }

  /** A restore belongs to the life of what was archived. */
  async function isOver({ id, fate }: Life): Promise<boolean> {
    if (fate === 'purge') return (await events(id))['instance.erased'] !== undefined;
    if ((await lifecycle(id)) === 'archived') {
      // or its rule would put it away again
      const spared = await client().patch(`/v1/instances/${id}`, { labels: { fate: 'none' } }).catch(() => null);
      if (spared?.status === 200) await client().post(`/v1/instances/${id}/restore`).catch(() => null);
    }
    return (await events(id))['instance.restored'] !== undefined;
  }

  beforeAll(async () => {
    cluster = await Cluster.start();
    ({ proxy, url } = await CuttingProxy.start(cluster.database.url, WRITES));
    await start();
    const { body } = await client().put<{ version: number }>('/v1/retention-policy', RULED);
    expect((await activateVersion(client(), body.version)).status).toBe(200);
    bystander = await create('bystander');
    before = [await belongingsOf(bystander), await events(bystander)];
  }, 60_000);
  afterAll(async () => {
    await cluster.end();
    proxy.stop();
  });

  it('are cut off', async () => {
    for (let n = 0; n < POINTS; n++) await cut();
    expect(cuts).toBeGreaterThan(POINTS * 0.8);
  }, 60_000 + POINTS * 10_000);

  it('come to their end even so, each once', async () => {
    await again('the end of what is under way', () => lookAround().then(() => underWay.length === 0));
    for (const { id, fate, belongings } of lives) {
      const told = await events(id);
      if (fate === 'archive') {
        expect(told).toMatchObject({ 'instance.archived': 1, 'instance.restored': 1 });
        expect([id, await belongingsOf(id)]).toEqual([id, belongings]);
      } else {
        expect(told).toMatchObject({ 'retention.purge_scheduled': 1, 'retention.notice_sent': 1, 'instance.purged': 1, 'instance.erased': 1 });
      }
    }
  }, 60_000 + POINTS * 1_000);

  it('leave a certificate of each removal, and nothing else of it', async () => {
    const gone = lives.filter(({ fate }) => fate === 'purge').map(({ id }) => id);
    const certificates = await look<{ instance_id: string }>('SELECT instance_id FROM purge_certificates WHERE rows_erased_at IS NOT NULL');
    expect(certificates.map(({ instance_id }) => idFrom('ins', instance_id)).sort()).toEqual([...gone].sort());
    for (const table of ['instance_payload', 'wa_credentials', 'wa_signal_keys', 'messages']) {
      expect([table, await look(`SELECT instance_id FROM ${table} WHERE instance_id = ANY ($1::uuid[])`, gone.map(uuidOf))]).toEqual([table, []]);
    }
  });

  it('leave a journal that gives the present state of each (I15)', async () => {
    expect(await differencesAt(cluster.database.url, cluster.keyring, BY_SESSIONS)).toEqual([]);
  }, 60_000);

  it('change nothing of somebody else (I4)', async () => {
    expect([await belongingsOf(bystander), await events(bystander)]).toEqual(before);
  });
});
