import fc from 'fast-check';
import pg from 'pg';
import { parseInstant } from './parse-instant.js';

const parse = pg.types.getTypeParser(pg.types.builtins.TIMESTAMPTZ) as (text: string) => Date | number;
const written = (at: Date) => at.toISOString().replace('T', ' ').replace('Z', '+00').replace(/\.?0*\+00$/, '+00');

describe('an instant from the database', () => {
  it('is read like the driver reads it', () => {
    const instants = fc.date({ min: new Date('0001-01-01T00:00:00Z'), max: new Date('9999-12-31T23:59:59.999Z'), noInvalidDate: true });
    fc.assert(fc.property(instants, (at) => expect(parseInstant(written(at))).toEqual(at)), { numRuns: 2_000 });
  });

  it.each([
    '2026-11-23 10:00:00+00',
    '2026-11-23 10:00:00.1+00',
    '2026-11-23 10:00:00.12+00',
    '2026-11-23 10:00:00.123+00',
    '2024-02-29 23:59:59.999999+00',
    '0099-01-01 00:00:00+00',
    '0001-01-01 00:00:00+00 BC',
    '12026-11-23 10:00:00+00',
    '2026-11-23 10:00:00+05:30',
    '2026-11-23 10:00:00-03',
    'infinity',
    '-infinity',
  ])('written as %s is the same', (text) => {
    expect(parseInstant(text)).toEqual(parse(text));
  });
});
