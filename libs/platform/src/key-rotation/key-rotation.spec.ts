import { setTimeout as sleep } from 'node:timers/promises';
import { type InstanceId, newId, uuidOf } from '#libs/contracts';
import { until } from '#libs/testing';
import { newMasterKey, RotationWorld, type SealedInstance, type TestProcess } from '../../test/rotation-world.js';
import { InstanceKeyMissing } from '../crypto/instance-key.errors.js';
import type { MasterKey } from '../crypto/master-key.js';
import { MasterKeyMissing } from '../crypto/master-key.errors.js';
import { sqlStateOf } from '../database/database-error.js';
import { StartError } from '../start-error.js';
import { KeyHoldersRepository } from './key-holders.repository.js';
import { canBeDropped, readKeyStatus } from './key-status.js';

const [acme, globex] = [newId('ten'), newId('ten')];
const ANYWAY = { mayMake: false, anyway: true };
const CAREFUL = { mayMake: false, anyway: false };

describe('a rotation of the master key', () => {
  let world: RotationWorld;
  let old: MasterKey;
  let fresh: MasterKey;
  /** has the old key only, as every process has at first */
  let before: TestProcess;
  /** has both */
  let operator: TestProcess;
  let instances: SealedInstance[];

  beforeEach(async () => {
    world = await RotationWorld.start();
    [old, fresh] = [newMasterKey(), newMasterKey()];
    before = await world.process(old);
    operator = await world.process(fresh, old);
    instances = [...(await world.createMany(before, acme, 130)), ...(await world.createMany(before, globex, 7))];
  });
  afterEach(() => world.close());

  const rowOf = async ({ id }: SealedInstance) => (await world.superuser.look<{ wrapped_key: Buffer; master_key_id: string }>('SELECT wrapped_key, master_key_id FROM instance_payload WHERE instance_id = $1', uuidOf(id)))[0];
  const purge = ({ tenantId, id }: SealedInstance) =>
    world.database.forTenant(tenantId, (tx) => tx.execute`DELETE FROM instance_payload WHERE tenant_id = ${uuidOf(tenantId)}::uuid AND instance_id = ${uuidOf(id)}::uuid`);

  it('moves every row of every tenant, changes nothing else, and what was sealed opens as before', async () => {
    const rows = await world.untouched();
    expect(await world.keyIds()).toEqual({ [old.id]: 137 });
    expect(await world.rotate(operator)).toBe(137);
    expect(await world.keyIds()).toEqual({ [fresh.id]: 137 });
    expect(await world.untouched()).toEqual(rows);
    expect(await world.openAll(await world.process(fresh), instances)).toBe(true);
  });

  it('leaves the new key alone in the end: the old one opens nothing', async () => {
    await world.rotate(operator);
    await expect(world.open(before, instances[0]!)).rejects.toThrow(MasterKeyMissing);
    const row = (await rowOf(instances[0]!))!;
    expect(() => old.unwrap(`${acme}|${instances[0]!.id}`, row.wrapped_key)).toThrow();
  });

  it('done twice does nothing the second time', async () => {
    await world.rotate(operator);
    const rows = await world.superuser.rowsOf('instance_payload', 'platform_state', 'former_master_keys');
    expect(await world.rotation(operator).begin(CAREFUL)).toBe('nothing');
    expect(await world.rotate(operator)).toBe(0);
    expect(await world.superuser.rowsOf('instance_payload', 'platform_state', 'former_master_keys')).toEqual(rows);
  });

  it('done by several at once is done once', async () => {
    const others = await Promise.all([operator, operator, operator].map(() => world.process(fresh, old)));
    const moved = await Promise.all(others.map((process) => world.rotate(process)));
    expect(moved.reduce((sum, n) => sum + n)).toBe(137);
    expect(await world.openAll(await world.process(fresh), instances)).toBe(true);
    expect(await world.superuser.look('SELECT id FROM former_master_keys WHERE retired_at IS NOT NULL')).toEqual([{ id: old.id }]);
  });

  it('left in the middle leaves every row readable with both keys, and is finished by whoever runs it again', async () => {
    const broken = world.rotation(operator, { moved: () => { throw new Error('killed'); } });
    await broken.begin(CAREFUL);
    await expect(broken.complete()).rejects.toThrow('killed');
    expect(await world.keyIds()).toEqual({ [old.id]: 37, [fresh.id]: 100 });
    expect(await world.openAll(await world.process(fresh, old), instances)).toBe(true);
    expect(await world.rotation(operator).begin(CAREFUL)).toBe('resumed');
    expect(await world.rotate(operator)).toBe(37);
    expect(await world.openAll(await world.process(fresh), instances)).toBe(true);
  });

  it('goes from two former keys at once to the third', async () => {
    const rotation = world.rotation(operator);
    await rotation.begin(CAREFUL);
    await world.createMany(operator, acme, 3);
    const third = newMasterKey();
    const next = await world.process(third, fresh, old);
    expect(await world.rotate(next)).toBe(140);
    expect(await world.keyIds()).toEqual({ [third.id]: 140 });
    await expect(rotation.complete()).rejects.toThrow(`Another rotation, to the master key ${third.id}`);
    expect(await world.keyIds()).toEqual({ [third.id]: 140 });
  });

  it('never goes back: a machine with the old order of keys is refused', async () => {
    await world.rotate(operator);
    const confused = await world.process(old, fresh);
    await expect(world.rotation(confused).begin(ANYWAY)).rejects.toThrow(`The first key, ${old.id}, was replaced before`);
    expect(await world.keyIds()).toEqual({ [fresh.id]: 137 });
  });

  describe('and a process that has been running since before it', () => {
    it('makes what is new under the new key from that moment, when it has it', async () => {
      const running = world.running(old, fresh);
      await world.rotation(operator).begin(CAREFUL);
      expect(running.keyring.current).toBe(old);
      const made = await world.create(running, acme);
      expect((await rowOf(made))!.master_key_id).toBe(fresh.id);
      expect(await world.open(operator, made)).toBe(made.id);
    });

    it('makes nothing at all when it has not: no row, and a sentence that names the key', async () => {
      await world.rotation(operator).begin(ANYWAY);
      const rows = await world.superuser.fingerprint();
      await expect(world.create(before, acme)).rejects.toThrow(new MasterKeyMissing(fresh.id, 'What is new goes'));
      expect(await world.superuser.fingerprint()).toEqual(rows);
    });

    it('reads what is not moved yet, and nothing of what is, and changes neither', async () => {
      const broken = world.rotation(operator, { moved: () => { throw new Error('killed'); } });
      await broken.begin(ANYWAY);
      await broken.complete().catch(() => undefined);
      const rows = await world.superuser.fingerprint();
      const answers = await Promise.allSettled(instances.map((instance) => world.open(before, instance)));
      const refused = answers.filter((answer) => answer.status === 'rejected').map(({ reason }) => reason as Error);
      expect(refused).toHaveLength(100);
      for (const error of refused) expect(error.message).toMatch(new RegExp(`^The data key of ins_\\w+ is under the master key ${fresh.id}, which this process does not have$`));
      expect(await world.superuser.fingerprint()).toEqual(rows);
    });
  });

  it('misses none that is created while it runs: after it, nothing is under the old key', async () => {
    const running = [world.running(old, fresh), world.running(fresh, old)];
    let going = true;
    const creating = running.map(async (process) => {
      const made: SealedInstance[] = [];
      while (going) made.push(await world.create(process, globex));
      return made;
    });
    await until('some are made', async () => ((await world.keyIds())[old.id] ?? 0) > 150);
    await world.rotate(operator);
    await sleep(200);
    going = false;
    const made = (await Promise.all(creating)).flat();
    expect(await world.keyIds()).toEqual({ [fresh.id]: 137 + made.length });
    expect(await world.openAll(await world.process(fresh), [...instances, ...made])).toBe(true);
  });

  it('waits for an instance that is being created under the old key, and moves it', async () => {
    const [created, finished] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    const id = newId('ins');
    const creating = world.database.forTenant(acme, async (tx) => {
      await tx.execute`INSERT INTO instance_heads (tenant_id, instance_id, environment) VALUES (${uuidOf(acme)}::uuid, ${uuidOf(id)}::uuid, 'test')`;
      await before.keys.create(tx, id);
      created.resolve();
      await finished.promise;
    });
    await created.promise;
    const rotating = world.rotate(operator);
    await sleep(300);
    expect(await world.superuser.look('SELECT master_key_id FROM platform_state')).toEqual([{ master_key_id: old.id }]);
    finished.resolve();
    await creating;
    expect(await rotating).toBe(138);
    expect(await world.keyIds()).toEqual({ [fresh.id]: 138 });
  });

  describe('and a purge', () => {
    it('that comes in between destroys the key for good: the row is not made again', async () => {
      let purged: Promise<unknown> | undefined;
      const rotation = world.rotation(operator, { moved: () => void (purged ??= Promise.all(instances.slice(0, 20).map(purge))) });
      await rotation.begin(CAREFUL);
      await rotation.complete();
      await purged;
      await world.rotate(operator);
      expect(await world.keyIds()).toEqual({ [fresh.id]: 117 });
      await expect(world.open(operator, instances[0]!)).rejects.toThrow(InstanceKeyMissing);
    });

    it('that holds the row is not waited for, and wins', async () => {
      let passed = 0;
      const [deleted, finished] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
      const purging = world.database.forTenant(acme, async (tx) => {
        await tx.execute`DELETE FROM instance_payload WHERE tenant_id = ${uuidOf(acme)}::uuid AND instance_id = ${uuidOf(instances[0]!.id)}::uuid`;
        deleted.resolve();
        await finished.promise;
      });
      await deleted.promise;
      const rotating = world.rotation(operator, { passedOver: () => void (passed++, finished.resolve()) });
      await rotating.begin(CAREFUL);
      await rotating.complete();
      await purging;
      expect(passed).toBeGreaterThan(0);
      expect(await world.keyIds()).toEqual({ [fresh.id]: 136 });
    });

    it('at random among rotations leaves exactly what was not purged', async () => {
      const [gone, kept] = [instances.filter((_one, n) => n % 3 === 0), instances.filter((_one, n) => n % 3 !== 0)];
      await Promise.all([world.rotate(operator), world.rotate(await world.process(fresh, old)), ...gone.map(async (one, n) => sleep(n % 40).then(() => purge(one)))]);
      await world.rotate(operator);
      expect(await world.keyIds()).toEqual({ [fresh.id]: kept.length });
      expect(await world.openAll(await world.process(fresh), kept)).toBe(true);
      for (const one of gone) expect(await rowOf(one)).toBeUndefined();
    });
  });

  it('and an archive at the same time both hold: the archive opens under the moved key', async () => {
    const archive = ({ tenantId, id }: SealedInstance) =>
      world.database.forTenant(tenantId, async (tx) => {
        const box = (await operator.keys.of(tx, id)).seal('archive', Buffer.from('all of it'));
        await sleep(5);
        await tx.execute`UPDATE instance_payload SET archive = ${box} WHERE tenant_id = ${uuidOf(tenantId)}::uuid AND instance_id = ${uuidOf(id)}::uuid`;
      });
    const archived = instances.slice(0, 40);
    await Promise.all([world.rotate(operator), ...archived.map(archive)]);
    expect(await world.keyIds()).toEqual({ [fresh.id]: 137 });
    const after = await world.process(fresh);
    for (const { tenantId, id } of archived) {
      const [row] = await world.superuser.look<{ archive: Buffer }>('SELECT archive FROM instance_payload WHERE instance_id = $1', uuidOf(id));
      const opened = await world.database.forTenant(tenantId, async (tx) => (await after.keys.of(tx, id)).open('archive', row!.archive));
      expect(opened.toString()).toBe('all of it');
    }
  });

  describe('that meets a row it cannot open', () => {
    const damage = async (how: string, { id }: SealedInstance) => world.superuser.look(`UPDATE instance_payload SET ${how} WHERE instance_id = $1`, uuidOf(id));

    it.each([
      ['is damaged', `wrapped_key = '\\x00'`, /./],
      ["is another instance's", `wrapped_key = (SELECT wrapped_key FROM instance_payload ORDER BY instance_id DESC LIMIT 1)`, /authenticate/],
      ['is under a key that nobody gave', `master_key_id = 'ffffffffffffffff'`, /under the master key ffffffffffffffff, which this process does not have/],
    ])('because it %s leaves it as it is, moves the rest, says which, and keeps the old key needed', async (_why, how, said) => {
      await damage(how, instances[0]!);
      const row = await rowOf(instances[0]!);
      const rotation = world.rotation(operator);
      await rotation.begin(CAREFUL);
      const { moved, unreadable } = await rotation.complete();
      expect({ moved, ids: [...unreadable.keys()] }).toEqual({ moved: 136, ids: [instances[0]!.id] });
      expect([...unreadable.values()][0]).toMatch(said);
      expect(await rowOf(instances[0]!)).toEqual(row);
      expect(await world.superuser.look('SELECT retired_at FROM former_master_keys')).toEqual([{ retired_at: null }]);
      await expect(world.process(fresh)).rejects.toThrow(StartError);
    });
  });

  describe('does not begin', () => {
    const HOLDER = '00000000-0000-4000-8000-000000000001';

    it('while a process that is there lacks the new key; when it has it, it goes on', async () => {
      const holders = new KeyHoldersRepository(world.database);
      await holders.say(HOLDER, { name: 'api:1', keyIds: [old.id] });
      const heard: string[][] = [];
      const beginning = world.rotation(operator, { waiting: (names) => void heard.push(names) }).begin(CAREFUL);
      await until('it waits', async () => heard.length > 0);
      expect(heard[0]).toEqual(['api:1']);
      expect(await world.superuser.look('SELECT master_key_id FROM platform_state')).toEqual([{ master_key_id: old.id }]);
      await holders.say(HOLDER, { name: 'api:1', keyIds: [fresh.id, old.id] });
      expect(await beginning).toBe('begun');
      expect(await holders.say(HOLDER, { name: 'api:1', keyIds: [fresh.id, old.id] })).toBe(fresh.id);
    });

    it('unless it is told to, or the process is gone', async () => {
      const holders = new KeyHoldersRepository(world.database);
      await holders.say(HOLDER, { name: 'api:1', keyIds: [old.id] });
      await world.superuser.look(`UPDATE key_holders SET seen_at = seen_at - interval '31 seconds'`);
      expect(await world.rotation(operator).begin(CAREFUL)).toBe('begun');
      await holders.say(HOLDER, { name: 'api:1', keyIds: [old.id] });
      const third = await world.process(newMasterKey(), fresh, old);
      expect(await world.rotation(third).begin(ANYWAY)).toBe('begun');
    });
  });

  describe('is guarded by the database:', () => {
    const asApp = async (sql: (id: InstanceId) => [TemplateStringsArray, ...unknown[]]) =>
      world.database
        .forTenant(acme, (tx) => tx.execute(...sql(instances[0]!.id)))
        .then(() => 'done', (error: unknown) => sqlStateOf(error));
    const sql = (strings: TemplateStringsArray, ...values: unknown[]): [TemplateStringsArray, ...unknown[]] => [strings, ...values];

    it.each<[string, (id: InstanceId) => [TemplateStringsArray, ...unknown[]]]>([
      ['a wrapped key is not replaced under the same master key', (id) => sql`UPDATE instance_payload SET wrapped_key = '\\x00' WHERE instance_id = ${uuidOf(id)}::uuid`],
      ['nor moved to one that is not current', (id) => sql`UPDATE instance_payload SET wrapped_key = '\\x00', master_key_id = ${fresh.id} WHERE instance_id = ${uuidOf(id)}::uuid`],
      ['nor told to be under another', (id) => sql`UPDATE instance_payload SET master_key_id = 'ffffffffffffffff' WHERE instance_id = ${uuidOf(id)}::uuid`],
    ])('%s', async (_sentence, attempt) => {
      const row = await rowOf(instances[0]!);
      expect(await asApp(attempt)).toBe('42501');
      expect(await rowOf(instances[0]!)).toEqual(row);
    });
  });

  it('is told by the status: how many are where, and that the old key can go only in the end', async () => {
    const roles = async () => {
      const { keys } = await readKeyStatus(world.database, operator.keyring);
      return Object.fromEntries(keys.map((key) => [key.id, { role: key.role, dataKeys: key.dataKeys, droppable: canBeDropped(key) }]));
    };
    expect(await roles()).toEqual({ [old.id]: { role: 'current', dataKeys: 137, droppable: false }, [fresh.id]: { role: 'next', dataKeys: 0, droppable: false } });
    const rotation = world.rotation(operator);
    await rotation.begin(CAREFUL);
    expect(await roles()).toEqual({ [fresh.id]: { role: 'current', dataKeys: 0, droppable: false }, [old.id]: { role: 'former', dataKeys: 137, droppable: false } });
    await rotation.complete();
    expect(await roles()).toEqual({ [fresh.id]: { role: 'current', dataKeys: 137, droppable: false }, [old.id]: { role: 'former', dataKeys: 0, droppable: true } });
    await world.superuser.look('UPDATE former_master_keys SET retired_at = NULL');
    expect((await roles())[old.id]).toMatchObject({ droppable: false });
    await world.rotate(operator);
    expect((await roles())[old.id]).toMatchObject({ droppable: true });
    await world.superuser.look(`INSERT INTO idempotent_requests (principal_id, key_hash, fingerprint, reply, master_key_id) VALUES (gen_random_uuid(), '', '', '', $1)`, old.id);
    expect((await roles())[old.id]).toMatchObject({ droppable: false });
  });
});
