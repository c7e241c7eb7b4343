import fc from 'fast-check';
import { type Command, COMMANDS, ToldInstance } from '../../test/told-instance.js';
import { compareStates } from './compare-states.js';
import { replay } from './replay.js';
import type { ReplayedEntry } from './replayed-entry.js';

const RUNS = 500;
const history = fc
  .array(fc.tuple(fc.constantFrom(...(Object.keys(COMMANDS) as Command[])), fc.nat(100)), { minLength: 3, maxLength: 60 })
  .map((commands) => {
    const instance = new ToldInstance();
    for (const [command, n] of commands) instance.do(command, n);
    return instance;
  });
/** One of the entries of a history that has this many at least. */
const placeIn = (least: number) => history.filter(({ entries }) => entries.length >= least).chain((instance) => fc.tuple(fc.constant(instance), fc.nat(instance.entries.length - least)));
const renumbered = (entries: ReplayedEntry[]) => entries.map((entry, n) => ({ ...entry, seq: n + 1 }));
const holds = <T>(what: fc.Arbitrary<T>, check: (of: T) => void) => fc.assert(fc.property(what, check), { numRuns: RUNS });

describe('a journal that is replayed', () => {
  it('gives the present state, whatever was done (I15)', () => {
    holds(history, ({ entries, row }) => expect(compareStates(replay(entries), row)).toEqual([]));
  });

  it('says so when one entry is missing', () => {
    holds(placeIn(2), ([{ entries, row }, n]) => {
      const { contradiction } = replay(entries.toSpliced(n, 1));
      expect(contradiction).toBe(`entry ${n + 2} follows entry ${n}`);
      expect(compareStates(replay(entries.slice(0, -1)), row)).toContainEqual({ field: 'seq', replayed: row.seq - 1, present: row.seq });
    });
  });

  it('says so when one is missing and those after it have moved up', () => {
    holds(placeIn(2), ([{ entries, row }, n]) => expect(compareStates(replay(renumbered(entries.toSpliced(n, 1))), row)).toContainEqual({ field: 'seq', replayed: row.seq - 1, present: row.seq }));
  });

  it('says so when one is there twice, or two have changed places', () => {
    holds(placeIn(2), ([{ entries }, n]) => {
      expect(replay(entries.toSpliced(n, 0, entries[n]!)).contradiction).toBe(`entry ${n + 1} follows entry ${n + 1}`);
      expect(replay(entries.toSpliced(n, 2, entries[n + 1]!, entries[n]!)).contradiction).toBe(`entry ${n + 2} follows entry ${n}`);
    });
  });

  it('says so when any field of the present state is another', () => {
    holds(fc.tuple(history, fc.constantFrom(...(Object.keys(new ToldInstance().row) as (keyof ToldInstance['row'])[]))), ([{ entries, row }, field]) => {
      expect(compareStates(replay(entries), { ...row, [field]: 'tampered' })).toEqual([{ field, replayed: row[field], present: 'tampered' }]);
    });
  });
});
