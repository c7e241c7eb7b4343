import fc from 'fast-check';
import { nameKeyOf, normalizeName } from './name-key.js';

describe('two names are the same one', () => {
  it.each([
    ['"shop " and "shop"', 'shop ', 'shop'],
    ['Shop and SHOP', 'Shop', 'SHOP'],
    ['É in one piece and in two', '\u00c9cole', 'E\u0301cole'],
    ['École and école', 'École', 'école'],
  ])('%s', (_what, one, other) => {
    expect(nameKeyOf(one)).toBe(nameKeyOf(other));
  });

  it('never by being stored again', () => {
    fc.assert(fc.property(fc.string({ unit: 'grapheme' }), (name) => normalizeName(normalizeName(name)) === normalizeName(name)));
  });

  it('whenever their stored forms are', () => {
    fc.assert(fc.property(fc.string({ unit: 'grapheme' }), (name) => nameKeyOf(normalizeName(name)) === nameKeyOf(name)));
  });
});

it('two different names stay two', () => {
  expect(nameKeyOf('shop 1')).not.toBe(nameKeyOf('shop1'));
});
