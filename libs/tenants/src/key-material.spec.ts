import { kindOf, matches, materialOf, newKey } from './key-material.js';

describe('a key', () => {
  it('is recognised by its hash and by nothing else', () => {
    const { key, hash } = newKey('test');
    expect(matches(key, hash)).toBe(true);
    expect(matches(`${key}x`, hash)).toBe(false);
    expect(hash.includes(key)).toBe(false);
  });

  it('is found by a prefix that does not give it away', () => {
    const { key, prefix } = newKey('live');
    expect(key.startsWith(prefix)).toBe(true);
    expect(key.length - prefix.length).toBeGreaterThanOrEqual(32);
    expect(materialOf(key).prefix).toBe(prefix);
  });

  it.each([
    ['tnr_op_aaaaaaaaaaaaaaaaaaaaaaaa', 'op'],
    ['tnr_live_aaaaaaaaaaaaaaaaaaaaaaaa', 'live'],
    ['tnr_live_short', null],
    ['Bearer tnr_live_aaaaaaaaaaaaaaaaaaaaaaaa', null],
    ['', null],
  ])('%p has the kind %p', (text, kind) => {
    expect(kindOf(text)).toBe(kind);
  });
});
