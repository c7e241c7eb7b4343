import { randomBytes } from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { newId, uuidOf } from '#libs/contracts';
import { createTestDatabase, Superuser } from '#libs/testing';
import { DatabaseTarget } from '../database/database-target.js';
import { Database } from '../database/database.js';
import { StartError } from '../start-error.js';
import { DataKey } from './data-key.js';
import { InstanceKeys } from './instance-keys.js';
import { InstanceKeyMissing, InstanceKeyUnreadable } from './instance-key.errors.js';
import { Keyring } from './keyring.js';
import { loadKeyring } from './load-keyring.js';
import { MasterKey } from './master-key.js';
import { MasterKeyMissing } from './master-key.errors.js';
import { verifyMasterKey } from './verify-master-key.js';

const [tenant, instance] = [newId('ten'), newId('ins')];
const bytes = randomBytes(32);
const key = new DataKey(bytes, `${tenant}|${instance}`);

describe('what is sealed under the key of an instance', () => {
  const box = key.seal('credentials', Buffer.from('secret'));

  it('opens where it belongs', () => {
    expect(key.open('credentials', box).toString()).toBe('secret');
  });

  it.each([
    ['in another field', () => key.open('journal', box)],
    ['for another instance, even with the same key', () => new DataKey(bytes, `${tenant}|${newId('ins')}`).open('credentials', box)],
    ['for another tenant, even with the same key', () => new DataKey(bytes, `${newId('ten')}|${instance}`).open('credentials', box)],
    ['with another key', () => new DataKey(randomBytes(32), `${tenant}|${instance}`).open('credentials', box)],
    ['shortened', () => key.open('credentials', box.subarray(0, -1))],
    ['with a shorter tag', () => key.open('credentials', box.subarray(0, 20))],
    ['empty', () => key.open('credentials', Buffer.alloc(0))],
  ])('does not open %s', (_where, open) => {
    expect(open).toThrow();
  });

  it('does not open when any bit of it was changed', () => {
    for (let at = 0; at < box.length; at++) {
      const changed = Buffer.from(box);
      changed[at]! ^= 1;
      expect(() => key.open('credentials', changed)).toThrow();
    }
  });

  it('looks different every time and tells nothing', () => {
    const again = key.seal('credentials', Buffer.from('secret'));
    expect(again.equals(box)).toBe(false);
    expect(again.includes('secret')).toBe(false);
  });
});

describe('the keyed hash', () => {
  it('finds the same value in the same field of the same instance, and nothing else', () => {
    const of = (owner: DataKey, field: string, value: string) => owner.hash(field, value).toString('hex');
    const hash = of(key, 'chat', '5511999990001');
    expect(of(new DataKey(bytes, 'x'), 'chat', '5511999990001')).toBe(hash);
    const others = [of(key, 'chat', '5511999990002'), of(key, 'author', '5511999990001'), of(new DataKey(randomBytes(32), 'x'), 'chat', '5511999990001')];
    expect(new Set([hash, ...others]).size).toBe(4);
    expect(of(key, 'a', 'b\0c')).not.toBe(of(key, 'a\0b', 'c'));
  });
});

describe('the data key of an instance', () => {
  it('is stored wrapped, is found until its row goes, and never by another master key', async () => {
    const store = await createTestDatabase();
    const superuser = new Superuser(store);
    const database = new Database(new DatabaseTarget(store.url, 2));
    const master = new MasterKey(randomBytes(32));
    const keyring = new Keyring([master]);
    await verifyMasterKey(database, keyring);
    const keys = new InstanceKeys(keyring);
    const ids = [newId('ins'), newId('ins')];
    const boxes = await database.forTenant(tenant, async (tx) => {
      await tx.execute`INSERT INTO instance_heads (tenant_id, instance_id, environment) SELECT ${uuidOf(tenant)}::uuid, id, 'test' FROM unnest(${ids.map(uuidOf)}::uuid[]) id`;
      return Promise.all(ids.map(async (id) => (await keys.create(tx, id)).seal('x', Buffer.from(id))));
    });
    const open = (with_: InstanceKeys, n: number) => database.forTenant(tenant, async (tx) => (await with_.of(tx, ids[n]!)).open('x', boxes[n]!).toString());
    expect(await open(keys, 0)).toBe(ids[0]);
    const wrapped = await superuser.look<{ wrapped_key: Buffer; master_key_id: string }>('SELECT wrapped_key, master_key_id FROM instance_payload');
    expect(wrapped[0]!.wrapped_key.equals(wrapped[1]!.wrapped_key)).toBe(false);
    expect(wrapped.map(({ master_key_id }) => master_key_id)).toEqual([master.id, master.id]);
    await expect(open(new InstanceKeys(new Keyring([new MasterKey(randomBytes(32))])), 0)).rejects.toThrow(MasterKeyMissing);
    await superuser.look('UPDATE instance_payload SET wrapped_key = $1 WHERE instance_id = $2', wrapped[0]!.wrapped_key, uuidOf(ids[1]!));
    await expect(open(keys, 1)).rejects.toThrow(InstanceKeyUnreadable);
    await superuser.look('DELETE FROM instance_payload WHERE instance_id = $1', uuidOf(ids[0]!));
    await expect(open(keys, 0)).rejects.toThrow(InstanceKeyMissing);
    await database.onApplicationShutdown();
    await superuser.end();
    await store.drop();
  });
});

describe('the master key', () => {
  it('of another installation is refused, and nothing is overwritten', async () => {
    const store = await createTestDatabase();
    const superuser = new Superuser(store);
    const database = new Database(new DatabaseTarget(store.url, 2));
    const [first, other] = [new Keyring([new MasterKey(randomBytes(32))]), new Keyring([new MasterKey(randomBytes(32))])];
    await verifyMasterKey(database, first);
    const before = await superuser.fingerprint();
    await expect(verifyMasterKey(database, other)).rejects.toThrow(StartError);
    expect(await superuser.fingerprint()).toEqual(before);
    await verifyMasterKey(database, first);
    expect(await superuser.fingerprint()).toEqual(before);
    await database.onApplicationShutdown();
    await superuser.end();
    await store.drop();
  });

  describe('from settings and files', () => {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'tenure-key-'));
    afterAll(() => fs.rmSync(folder, { recursive: true }));

    it('is the same in hexadecimal, in base64 and in a file', () => {
      const file = path.join(folder, 'given.key');
      fs.writeFileSync(file, `${bytes.toString('base64')}\n`);
      const ids = [{ masterKey: bytes.toString('hex') }, { masterKey: bytes.toString('base64') }, { masterKey: bytes.toString('base64url') }, { masterKeyFile: file }];
      expect(new Set(ids.map((settings) => loadKeyring(settings).newest.id)).size).toBe(1);
    });

    it('is made once in the data folder, for its owner only', () => {
      const made = loadKeyring({}, path.join(folder, 'data')).newest;
      const file = path.join(folder, 'data', 'master.key');
      expect(fs.statSync(file).mode & 0o777).toBe(0o600);
      const content = fs.readFileSync(file);
      expect(loadKeyring({}, path.join(folder, 'data')).newest.id).toBe(made.id);
      expect(fs.readFileSync(file).equals(content)).toBe(true);
      expect(fs.readdirSync(path.join(folder, 'data'))).toEqual(['master.key']);
    });

    it.each([
      ['there is none', {}],
      ['its file is missing', { masterKeyFile: path.join(folder, 'missing.key') }],
      ['its file is empty', { masterKeyFile: path.join(folder, 'empty.key') }],
    ])('stops the start when %s, and makes none', (_what, settings) => {
      fs.writeFileSync(path.join(folder, 'empty.key'), '');
      expect(() => loadKeyring(settings)).toThrow(StartError);
      expect(fs.existsSync(path.join(folder, 'missing.key'))).toBe(false);
    });
  });
});
