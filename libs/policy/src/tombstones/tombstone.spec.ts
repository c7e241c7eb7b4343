import { newId } from '#libs/contracts';
import { lineOf, parseTombstone } from './tombstone.js';

describe('a line of the file of tombstones', () => {
  const tombstone = { instanceId: newId('ins'), tenantId: newId('ten'), purgedAt: '2026-11-23T10:00:00.000Z', certificateId: newId('crt') };

  it('says again what it was written from, and nothing more', () => {
    const line = lineOf({ ...tombstone, name: 'shop' } as typeof tombstone);
    expect(line).toMatch(/^[^\n]+\n$/);
    expect(line).not.toContain('shop');
    expect(parseTombstone(line)).toEqual(tombstone);
  });

  it.each([
    ['cut off by a crash', lineOf(tombstone).slice(0, 60)],
    ['empty', ''],
    ['of something else', '[1]'],
    ['null', 'null'],
    ['without a tenant', JSON.stringify({ ...tombstone, tenantId: undefined })],
    ['with an id of another kind', JSON.stringify({ ...tombstone, instanceId: tombstone.tenantId })],
    ['without a time', JSON.stringify({ ...tombstone, purgedAt: 'yesterday' })],
  ])('is none when it is %s', (_how, line) => expect(parseTombstone(line)).toBeNull());
});
