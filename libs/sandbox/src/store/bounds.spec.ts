import { newId, type TenantId, uuidOf } from '#libs/contracts';
import { Database, DatabaseTarget, type TenantTx } from '#libs/platform';
import { createTestDatabase, type TestDatabase } from '#libs/testing';
import { newPhoneCredentials, publicKeysOf } from '../phone/credentials.js';
import { stanza } from '../protocol/stanza.js';
import { DevicesRepository } from './devices.repository.js';
import { MediaRepository, MOST_MEDIA } from './media.repository.js';
import { PhoneMessagesRepository } from './phone-messages.repository.js';
import { PhonesRepository } from './phones.repository.js';
import { MOST_PICTURE_BYTES, PicturesRepository } from './pictures.repository.js';
import { PreKeysRepository } from './pre-keys.repository.js';
import { LONGEST_QUEUE, StanzaQueue } from './stanza-queue.repository.js';

const address = { number: '5511999990001', device: 1 };

describe('what the sandbox keeps', () => {
  let clone: TestDatabase;
  let database: Database;
  let tenantId: TenantId;
  const devices = new DevicesRepository();
  const queue = new StanzaQueue();

  beforeAll(async () => {
    clone = await createTestDatabase();
    database = new Database(new DatabaseTarget(clone.url));
  });

  afterAll(async () => {
    await database.onApplicationShutdown();
    await clone.drop();
  });

  beforeEach(async () => {
    tenantId = newId('ten');
    const credentials = newPhoneCredentials();
    await database.forTenant(tenantId, async (tx) => {
      await new PhonesRepository().insertAll(tx, [{ account: { number: address.number, lid: '1000000000000001', name: 'Ana' }, credentials }]);
      await devices.insert(tx, { ...publicKeysOf(credentials), ...address, noiseKey: Buffer.alloc(32), historySent: true });
    });
  });

  const messages = (from: number, count: number) =>
    Array.from({ length: count }, (_, place) => ({ to: address, stanza: stanza('message', { id: `M${from + place}` }) }));
  const queued = () => database.forTenant(tenantId, (tx) => queue.after(tx, address, 0n, 5_000));
  const idsOf = (rows: Awaited<ReturnType<typeof queued>>) => rows.map((row) => row.stanza.attrs.id);

  it('for a device that never comes back is the newest thousand stanzas, in order', async () => {
    await database.forTenant(tenantId, (tx) => queue.put(tx, messages(0, LONGEST_QUEUE - 1)));
    await database.forTenant(tenantId, (tx) => queue.put(tx, messages(LONGEST_QUEUE - 1, 3)));
    const ids = idsOf(await queued());
    expect([ids.length, ids[0], ids.at(-1)]).toEqual([LONGEST_QUEUE, 'M2', `M${LONGEST_QUEUE + 1}`]);
  });

  it('is in the order of the commits, so that a reader that goes by position misses none', async () => {
    const writers = Array.from({ length: 8 }, (_, writer) => writer);
    const seen: string[] = [];
    let position = 0n;
    const read = async () => {
      const rows = await database.forTenant(tenantId, (tx) => queue.after(tx, address, position, 100));
      position = rows.at(-1)?.position ?? position;
      seen.push(...rows.map((row) => row.stanza.attrs.id!));
    };
    const writes = Promise.all(
      writers.map(async (writer) => {
        for (let round = 0; round < 10; round++) await database.forTenant(tenantId, (tx) => queue.put(tx, messages(1_000 * writer + round, 1)));
      }),
    );
    let done = false;
    void writes.then(() => (done = true));
    while (!done) await read();
    await read();
    expect(seen.sort()).toEqual(idsOf(await queued()).sort());
    expect(seen).toHaveLength(80);
  });

  it('for a device that is gone is nothing', async () => {
    await database.forTenant(tenantId, (tx) => queue.put(tx, messages(0, 3)));
    await database.forTenant(tenantId, (tx) => devices.remove(tx, address));
    await database.forTenant(tenantId, (tx) => queue.put(tx, messages(3, 1)));
    expect(await queued()).toEqual([]);
  });

  it('of pre-keys is given out once each, however many ask at the same time', async () => {
    const preKeys = new PreKeysRepository();
    const uploaded = Array.from({ length: 30 }, (_, place) => ({ id: place + 1, key: Buffer.alloc(32, place) }));
    await database.forTenant(tenantId, (tx) => preKeys.add(tx, address, uploaded));
    const taken = await Promise.all(uploaded.map(() => database.forTenant(tenantId, (tx) => preKeys.take(tx, address))));
    const ids = taken.flatMap((preKey) => preKey?.id ?? []);
    expect(new Set(ids).size).toBe(ids.length);
    expect(await database.forTenant(tenantId, (tx) => preKeys.count(tx, address))).toBe(30 - ids.length);
  });

  it('on a phone is the newest thousand messages', async () => {
    const screen = new PhoneMessagesRepository();
    const add = (id: number) => ({ id: `M${id}`, chat: 'x', author: 'x', direction: 'in' as const, kind: 'conversation', text: null, refersTo: null, poll: null, media: null, original: Buffer.alloc(0) });
    await database.forTenant(tenantId, async (tx) => {
      for (let id = 0; id < 1_003; id++) await screen.add(tx, address.number, add(id));
    });
    const rows = await database.forTenant(tenantId, (tx) => screen.list(tx, address.number, 5_000, null));
    expect([rows.length, rows[0]?.id, rows.at(-1)?.id]).toEqual([1_000, 'M1002', 'M3']);
  });

  it.each([
    ['files', 'media', MOST_MEDIA.bytes, (tx: TenantTx, size: number) => tx.execute`
      INSERT INTO sandbox.media (tenant_id, id, content, bytes, uploaded_at)
      SELECT ${uuidOf(tenantId)}::uuid, n, '', ${size}::int, now() + n * interval '1 second' FROM generate_series(-5, -1) AS n`],
    ['pictures', 'pictures', MOST_PICTURE_BYTES, (tx: TenantTx, size: number) => tx.execute`
      INSERT INTO sandbox.pictures (tenant_id, owner, id, image, set_at)
      SELECT ${uuidOf(tenantId)}::uuid, n, n, convert_to(repeat('x', ${size}::int), 'UTF8'), now() + n * interval '1 second' FROM generate_series(-5, -1) AS n`],
  ] as const)('of %s is the newest, up to so many bytes together', async (_what, table, most, fill) => {
    const small = Buffer.alloc(10);
    await database.forTenant(tenantId, (tx) => fill(tx, Math.floor(most / 4) - 10));
    await database.forTenant(tenantId, (tx) => (table === 'media' ? new MediaRepository().put(tx, 'new', small) : new PicturesRepository().put(tx, 'new', 'new', small)));
    const kept = await database.forTenant(tenantId, (tx) => (table === 'media' ? tx.query<{ id: string }[]>`SELECT id FROM sandbox.media` : tx.query<{ id: string }[]>`SELECT id FROM sandbox.pictures`));
    expect(kept.map(({ id }) => id).sort()).toEqual(['-1', '-2', '-3', '-4', 'new']);
  });

  it('belongs to its tenant', async () => {
    await database.forTenant(tenantId, (tx) => queue.put(tx, messages(0, 1)));
    const [phones, waiting] = await database.forTenant(newId('ten'), async (tx) => [
      await tx.query`SELECT number FROM sandbox.phones`,
      await tx.query`SELECT position FROM sandbox.stanzas`,
    ]);
    expect([phones, waiting]).toEqual([[], []]);
  });
});
