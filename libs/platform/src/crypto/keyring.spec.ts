import { randomBytes } from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { Logger } from '@nestjs/common';
import fc from 'fast-check';
import { Keyring } from './keyring.js';
import { loadKeyring } from './load-keyring.js';
import { MasterKey } from './master-key.js';
import { MasterKeyMissing } from './master-key.errors.js';
import { MasterKeyFile } from './master-key-file.js';
import { parseMasterKeys } from './parse-master-keys.js';

const someKey = fc.uint8Array({ minLength: 32, maxLength: 32 }).map((bytes) => Buffer.from(bytes));
const someKeys = fc.uniqueArray(someKey, { minLength: 1, maxLength: 5, selector: (key) => key.toString('hex') });
const idOf = (key: Buffer): string => new MasterKey(key).id;

describe('master keys in a text', () => {
  const written = fc.tuple(someKey, fc.constantFrom('hex', 'base64', 'base64url')).map(([key, form]) => key.toString(form as BufferEncoding));
  const separator = fc.constantFrom(',', '\n', ' , ', '\n\n', ' # newest first\n', '\n# a comment, with a comma\n');

  it('are read in their order, however they are written', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(written, separator), { minLength: 1, maxLength: 6 }), (parts) => {
        const text = parts.map((part) => part.join('')).join('');
        const ids = parts.map(([word]) => idOf(Buffer.from(word, word.length === 64 ? 'hex' : 'base64')));
        expect(parseMasterKeys(text, 'it').map(({ id }) => id)).toEqual([...new Set(ids)]);
      }),
    );
  });

  it.each(['', ' ', ',', '# nothing', 'short', 'a1'.repeat(31), `${'a1'.repeat(32)} ${'b2'.repeat(32)}`, `${'a1'.repeat(32)},short`, 'ä'.repeat(43)])('are refused in %j, without repeating it', (text) => {
    const refusal = () => parseMasterKeys(text, 'the file');
    expect(refusal).toThrow(/master key in the file/);
    expect(refusal).not.toThrow(/short|a1a1/);
  });
});

describe('a keyring', () => {
  it('opens with the key that a row names, and with no other', () => {
    const box = fc.record({ keys: someKeys, at: fc.nat(), plain: someKey, owner: fc.string() });
    fc.assert(
      fc.property(box, ({ keys, at, plain, owner }) => {
        const ring = new Keyring(keys.map((key) => new MasterKey(key)));
        const by = ring.all[at % keys.length]!;
        const wrapped = by.wrap(owner, plain);
        expect(ring.require(by.id, 'it is').unwrap(owner, wrapped)).toEqual(plain);
        for (const other of ring.all) if (other !== by) expect(attempt(() => other.unwrap(owner, wrapped))).toBeUndefined();
      }),
    );
  });

  it('holds what is wrapped anew by one key after the other: the same bytes, under the last of them only', () => {
    fc.assert(
      fc.property(someKeys, someKey, fc.string(), (keys, plain, owner) => {
        const ring = new Keyring(keys.map((key) => new MasterKey(key)));
        let [wrapped, by] = [ring.newest.wrap(owner, plain), ring.newest];
        for (const next of ring.all) [wrapped, by] = [next.wrap(owner, by.unwrap(owner, wrapped)), next];
        expect(by.unwrap(owner, wrapped)).toEqual(plain);
        expect(ring.all.filter((key) => key !== by).every((key) => attempt(() => key.unwrap(owner, wrapped)) === undefined)).toBe(true);
      }),
    );
  });

  it('names what it lacks, and keeps using what it used', () => {
    const ring = new Keyring([new MasterKey(randomBytes(32))]);
    expect(() => ring.use('0123456789abcdef')).toThrow(new MasterKeyMissing('0123456789abcdef', 'What is new goes'));
    expect(() => ring.use(null)).toThrow('has not been verified');
    expect(ring.current).toBe(ring.newest);
  });
});

describe('a keyring from a file', () => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'tenure-keyring-'));
  const name = path.join(folder, 'master.key');
  beforeAll(() => void Logger.overrideLogger(false));
  beforeEach(() => fs.rmSync(name, { force: true }));
  afterAll(() => fs.rmSync(folder, { recursive: true }));

  const write = (...keys: Buffer[]) => {
    fs.writeFileSync(`${name}.next`, keys.map((key) => `${key.toString('base64')}\n`).join(''));
    fs.renameSync(`${name}.next`, name);
  };
  const load = () => loadKeyring({ masterKeyFile: name });

  it('finds a key that was put into the file after the start, and puts it first', () => {
    const [old, fresh] = [randomBytes(32), randomBytes(32)];
    write(old);
    const ring = load();
    expect(ring.find(idOf(fresh))).toBeUndefined();
    write(fresh, old);
    expect(ring.find(idOf(fresh))).toBeDefined();
    expect([ring.newest.id, ring.current.id]).toEqual([idOf(fresh), idOf(fresh)]);
  });

  it('goes on with the key in use when a newer one appears', () => {
    const [old, fresh] = [randomBytes(32), randomBytes(32)];
    write(old);
    const ring = load();
    ring.use(idOf(old));
    write(fresh, old);
    ring.refresh();
    expect([ring.newest.id, ring.current.id]).toEqual([idOf(fresh), idOf(old)]);
  });

  it('loses no key that it ever had, whatever becomes of the file', () => {
    const becomes = fc.oneof(someKeys.map((keys) => () => write(...keys)), fc.constant(() => fs.rmSync(name, { force: true })), fc.string().map((text) => () => fs.writeFileSync(name, text)));
    fc.assert(
      fc.property(someKeys, fc.array(becomes, { maxLength: 6 }), (first, changes) => {
        write(...first);
        const ring = load();
        const had = new Set(ring.all.map(({ id }) => id));
        for (const change of changes) {
          change();
          ring.refresh();
          for (const id of had) expect(ring.find(id)).toBeDefined();
          for (const { id } of ring.all) had.add(id);
        }
      }),
      { numRuns: 50 },
    );
  });

  it('makes a new key: it is in the file before the others, which stay, and each is named there', () => {
    const old = randomBytes(32);
    fs.writeFileSync(name, `# ours\n${old.toString('base64')}\n`, { mode: 0o640 });
    const ring = load();
    ring.makeNewest();
    expect(ring.newest.id).not.toBe(idOf(old));
    expect(load().all.map(({ id }) => id)).toEqual([ring.newest.id, idOf(old)]);
    expect(fs.readFileSync(name, 'utf8')).toMatch(new RegExp(`^\\S{44} # ${ring.newest.id}\n# ours\n${escaped(old.toString('base64'))} # ${idOf(old)}\n$`));
    expect(fs.statSync(name).mode & 0o777).toBe(0o640);
    expect(fs.readdirSync(folder)).toEqual(['master.key']);
  });

  it('follows a link, as orchestrators mount secrets', () => {
    const [old, fresh] = [randomBytes(32), randomBytes(32)];
    const versions = ['one', 'two'].map((version) => path.join(folder, version));
    fs.writeFileSync(versions[0]!, old.toString('hex'));
    fs.writeFileSync(versions[1]!, `${fresh.toString('hex')}\n${old.toString('hex')}`);
    fs.symlinkSync(versions[0]!, name);
    const ring = load();
    fs.symlinkSync(versions[1]!, `${name}.next`);
    fs.renameSync(`${name}.next`, name);
    expect(ring.find(idOf(fresh))).toBeDefined();
    new MasterKeyFile(name).addNewest();
    expect(fs.lstatSync(name).isSymbolicLink()).toBe(true);
    expect(load().all).toHaveLength(3);
    for (const version of versions) fs.rmSync(version);
  });
});

const escaped = (text: string): string => text.replace(/[+/]/g, '\\$&');

function attempt<T>(work: () => T): T | undefined {
  try {
    return work();
  } catch {
    return undefined;
  }
}
