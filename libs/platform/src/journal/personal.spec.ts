import { randomBytes } from 'node:crypto';
import { newId } from '#libs/contracts';
import { DataKey } from '../crypto/data-key.js';
import { seal } from '../crypto/sealed-box.js';
import { disclosePersonal, type EntryPlace, openPersonal, sealPersonal } from './personal.js';

const place: EntryPlace = { tenantId: newId('ten'), instanceId: newId('ins'), id: newId('evt') };
const bytes = randomBytes(32);
const key = new DataKey(bytes, `${place.tenantId}|${place.instanceId}`);
const plain = Buffer.from('{"name":"Padaria"}');

describe('the personal data of a journal entry', () => {
  const box = sealPersonal(key, place, plain);
  const { entryKey } = disclosePersonal(key, place, box);

  it('opens with the key of the entry alone, which is given to an auditor', () => {
    expect(openPersonal(entryKey!, place, box)).toEqual(plain);
  });

  it.each([
    ['another entry', { ...place, id: newId('evt') }],
    ['another instance', { ...place, instanceId: newId('ins') }],
    ['another tenant', { ...place, tenantId: newId('ten') }],
  ])('does not open as that of %s', (_what, elsewhere) => {
    expect(() => openPersonal(entryKey!, elsewhere, box)).toThrow();
    expect(() => disclosePersonal(key, elsewhere, box)).toThrow();
  });

  it('stays closed to the key of another entry, and that key tells nothing of the one of the instance', () => {
    const other = { ...place, id: newId('evt') };
    const otherKey = disclosePersonal(key, other, sealPersonal(key, other, plain)).entryKey!;
    expect(() => openPersonal(otherKey, place, box)).toThrow();
    expect(new Set([entryKey, otherKey, bytes].map((one) => one!.toString('hex'))).size).toBe(3);
  });

  it('does not open when any bit of it was changed: not its version, not its commitment', () => {
    for (let at = 0; at < box.length; at++) {
      const changed = Buffer.from(box);
      changed[at]! ^= 1;
      expect(() => disclosePersonal(key, place, changed)).toThrow();
      expect(() => openPersonal(entryKey!, place, changed)).toThrow();
    }
  });

  it('opens with no second key: the box is committed to the one it was sealed with', () => {
    const stranger = randomBytes(32);
    const forged = Buffer.concat([box.subarray(0, 33), seal(stranger, `${place.tenantId}|${place.instanceId}|journal|${place.id}`, plain)]);
    expect(() => openPersonal(stranger, place, forged)).toThrow('of another key');
  });

  it('is read as before where it was sealed by a former version, whatever byte that box begins with; then there is no key of the entry to give', () => {
    const first = new Set<number>();
    while (first.size < 256) {
      const old = key.seal(`journal|${place.id}`, plain);
      first.add(old[0]!);
      expect(disclosePersonal(key, place, old)).toEqual({ plain, entryKey: null });
    }
  });
});
