import { randomBytes } from 'node:crypto';
import { type InstanceId, uuidOf } from '#libs/contracts';
import { TestGround, type TestTenant, until } from '#libs/testing';
import type { SignalKeyStore } from '@whiskeysockets/baileys';
import { CredentialsPayload } from './credentials-payload.js';
import { CredentialsRepository, OwnershipLost } from './credentials.repository.js';
import { type CredentialsOwner, CredentialsStore } from './credentials-store.js';
import { SignalKeysRepository } from './signal-keys.repository.js';
import { SignalMemory } from './signal-memory.js';
import { encodeJson, newCredentials } from './whatsapp-engine.js';

const PHONE = '5511987654321';

describe('the credentials of an instance', () => {
  let ground: TestGround;
  let tenant: TestTenant;
  let store: CredentialsStore;
  let credentials: CredentialsRepository;
  let count = 0;

  beforeAll(async () => {
    ground = await TestGround.start({ providers: [CredentialsRepository, SignalKeysRepository, CredentialsStore, SignalMemory, CredentialsPayload] });
    tenant = await ground.tenant();
    store = ground.get(CredentialsStore);
    credentials = ground.get(CredentialsRepository);
  });
  afterAll(() => ground.close());

  const create = async (): Promise<InstanceId> => (await tenant.client.post<{ id: InstanceId }>('/v1/instances', { name: `shop ${count++}` })).body.id;
  const takeOver = (id: InstanceId) => ground.database.forTenant(tenant.id, async (tx) => (await store.takeOver(tx, id))!);
  const owner = async (id: InstanceId): Promise<CredentialsOwner> => {
    await ground.database.forTenant(tenant.id, (tx) => credentials.prepare(tx, id));
    return (await takeOver(id)).owner;
  };
  const rowsOf = async (id: InstanceId) => ({
    credentials: await ground.superuser.look('SELECT version, owner_epoch, revoked_at, ciphertext FROM wa_credentials WHERE instance_id = $1', uuidOf(id)),
    keys: await ground.superuser.look('SELECT type, id_hash, ciphertext FROM wa_signal_keys WHERE instance_id = $1 ORDER BY type, id_hash', uuidOf(id)),
  });
  const fill = (keys: SignalKeyStore) =>
    keys.set({
      session: { [`${PHONE}.0`]: Buffer.from('a session'), '90000000000001.0': Buffer.from('another') },
      'pre-key': Object.fromEntries(Array.from({ length: 40 }, (_, n) => [String(n), { public: randomBytes(32), private: randomBytes(32) }])),
      'lid-mapping': { [PHONE]: '90000000000001' },
    });

  it('come back as they were', async () => {
    const own = await owner(await create());
    const given = newCredentials();
    await store.save(own, encodeJson(given));
    const { credentials: stored, revoked } = await takeOver(own.instanceId);
    expect(revoked).toBe(false);
    expect(encodeJson(stored).toString()).toBe(encodeJson(given).toString());
    expect(stored!.noiseKey).toEqual(given.noiseKey);
  });

  it('several types are one write, what is null goes, and the rest stays', async () => {
    const keys = store.keysOf(await owner(await create()));
    await fill(keys);
    await keys.set({ session: { [`${PHONE}.0`]: null }, 'lid-mapping': { [PHONE]: '90000000000002' } });
    expect(await keys.get('session', [`${PHONE}.0`, '90000000000001.0', 'unknown'])).toEqual({ '90000000000001.0': Buffer.from('another') });
    expect(await keys.get('lid-mapping', [PHONE])).toEqual({ [PHONE]: '90000000000002' });
    expect(Object.keys(await keys.get('pre-key', ['0', '39', '40']))).toEqual(['0', '39']);
  });

  it('an older owner writes nothing, neither credentials nor keys (I11)', async () => {
    const id = await create();
    const old = await owner(id);
    await store.save(old, encodeJson(newCredentials()));
    await fill(store.keysOf(old));
    await takeOver(id);
    const before = await rowsOf(id);
    await expect(store.keysOf(old).set({ session: { late: Buffer.from('x') } })).rejects.toThrow(OwnershipLost);
    await expect(store.keysOf(old).set({ session: { [`${PHONE}.0`]: null } })).rejects.toThrow(OwnershipLost);
    await expect(store.save(old, encodeJson(newCredentials()))).rejects.toThrow(OwnershipLost);
    expect(await rowsOf(id)).toEqual(before);
  });

  it('a key that is written while ownership changes waits, and is not written', async () => {
    const id = await create();
    const old = await owner(id);
    const keys = store.keysOf(old);
    await fill(keys);
    const before = (await rowsOf(id)).keys;
    let late: Promise<void> | undefined;
    await ground.database.forTenant(tenant.id, async (tx) => {
      await store.takeOver(tx, id);
      late = Promise.resolve(keys.set({ session: { [`${PHONE}.0`]: null, late: Buffer.from('x') } }));
      late.catch(() => undefined);
      const waiting = `SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE '%INSERT INTO wa_signal_keys%'`;
      await until('it waits', async () => (await ground.superuser.look(waiting)).length > 0);
    });
    await expect(late).rejects.toThrow(OwnershipLost);
    expect((await rowsOf(id)).keys).toEqual(before);
  });

  it('a new owner reads what is stored, whatever the one before remembers', async () => {
    const id = await create();
    const old = store.keysOf(await owner(id));
    await fill(old);
    await old.get('session', [`${PHONE}.0`, 'unknown']);
    const now = store.keysOf((await takeOver(id)).owner);
    await now.set({ session: { [`${PHONE}.0`]: Buffer.from('newer'), unknown: Buffer.from('new') } });
    const next = store.keysOf((await takeOver(id)).owner);
    expect(await next.get('session', [`${PHONE}.0`, 'unknown'])).toEqual({ [`${PHONE}.0`]: Buffer.from('newer'), unknown: Buffer.from('new') });
  });

  it('a new owner waits for the write of the one before, and sees it', async () => {
    const id = await create();
    const old = await owner(id);
    let finish: () => void = () => undefined;
    let writing: Promise<void> = Promise.resolve();
    await new Promise<void>((held) => {
      writing = ground.database.forTenant(tenant.id, async (tx) => {
        await credentials.holdFence(tx, id, old.epoch);
        held();
        await new Promise<void>((resolve) => (finish = resolve));
      });
    });
    let taken = false;
    const taking = takeOver(id).then(() => (taken = true));
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(taken).toBe(false);
    finish();
    await Promise.all([writing, taking]);
    expect(taken).toBe(true);
  });

  it('writers at once never leave half of a batch', async () => {
    const id = await create();
    const owners = [await owner(id)];
    const batch = (value: string) => ({ session: Object.fromEntries(Array.from({ length: 20 }, (_, n) => [String(n), Buffer.from(value)])) });
    await store.keysOf(owners[0]!).set(batch('the first'));
    const writes = Array.from({ length: 30 }, async (_, n) => {
      if (n % 10 === 5) owners.push((await takeOver(id)).owner);
      await store.keysOf(owners[n % owners.length]!).set(batch(`value ${n}`));
    });
    await Promise.allSettled(writes);
    const seen = await store.keysOf(owners[0]!).get('session', Array.from({ length: 20 }, (_, n) => String(n)));
    expect(new Set(Object.values(seen).map((value) => Buffer.from(value).toString())).size).toBe(1);
  });

  it('an archive takes all of it, and a restore brings it back byte for byte, under an epoch that nobody had', async () => {
    const id = await create();
    const other = await owner(await create());
    await fill(store.keysOf(other));
    const own = await owner(id);
    await store.save(own, encodeJson(newCredentials()));
    await fill(store.keysOf(own));
    const payload = ground.get(CredentialsPayload);
    const [before, others] = [await rowsOf(id), await rowsOf(other.instanceId)];
    const part = await ground.database.forTenant(tenant.id, (tx) => payload.archive(tx, id));
    expect(await rowsOf(id)).toEqual({ credentials: [], keys: [] });
    await expect(store.keysOf(own).set({ session: { late: Buffer.from('x') } })).rejects.toThrow(OwnershipLost);
    await ground.database.forTenant(tenant.id, (tx) => payload.restore(tx, id, part!));
    const [row] = before.credentials as [{ owner_epoch: string }];
    expect(await rowsOf(id)).toEqual({ ...before, credentials: [{ ...row, owner_epoch: String(BigInt(row.owner_epoch) + 1n) }] });
    await expect(store.save(own, encodeJson(newCredentials()))).rejects.toThrow(OwnershipLost);
    expect(await rowsOf(other.instanceId)).toEqual(others);
  });

  it('an instance that keeps none has none to archive', async () => {
    const id = await create();
    expect(await ground.database.forTenant(tenant.id, (tx) => ground.get(CredentialsPayload).archive(tx, id))).toBeNull();
  });

  it('a box moved to another place does not open', async () => {
    const own = await owner(await create());
    await fill(store.keysOf(own));
    await ground.superuser.look(
      `UPDATE wa_signal_keys SET ciphertext = (SELECT ciphertext FROM wa_signal_keys WHERE instance_id = $1 AND type = 'lid-mapping')
       WHERE instance_id = $1 AND type = 'session'`,
      uuidOf(own.instanceId),
    );
    await expect(store.keysOf(own).get('session', [`${PHONE}.0`])).rejects.toThrow();
  });

  it('no row holds a number or a key that can be read', async () => {
    const own = await owner(await create());
    const given = newCredentials();
    given.me = { id: `${PHONE}:3@s.whatsapp.net`, name: 'Ana' };
    await store.save(own, encodeJson(given));
    await fill(store.keysOf(own));
    const stored = await ground.superuser.look<{ row: Buffer }>(`
      SELECT type::bytea || id_hash || ciphertext AS row FROM wa_signal_keys UNION ALL SELECT ciphertext FROM wa_credentials WHERE ciphertext IS NOT NULL`);
    const bytes = Buffer.concat(stored.map(({ row }) => row));
    const secrets = [Buffer.from(PHONE), Buffer.from(given.noiseKey.private), Buffer.from(Buffer.from(given.noiseKey.private).toString('base64'))];
    for (const secret of [...secrets, Buffer.from(given.advSecretKey), Buffer.from('a session')]) expect(bytes.includes(secret)).toBe(false);
  });
});
