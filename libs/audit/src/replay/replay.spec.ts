import { newId } from '#libs/contracts';
import { ToldInstance } from '../../test/told-instance.js';
import { compareStates } from './compare-states.js';
import { NOT_BEGUN, replay } from './replay.js';
import type { ReplayedEntry } from './replayed-entry.js';

const entry = (seq: number, type: string, data: object = {}, personal: ReplayedEntry['personal'] = null): ReplayedEntry => ({ seq, type, data: { ...data }, personal });
const created = entry(1, 'instance.created', { environment: 'test' }, { name: 'shop', labels: {} });
const [one, other] = [newId('pur'), newId('pur')];
const scheduled = entry(2, 'retention.purge_scheduled', { purgeId: one, intent: 'rule' });
const purged = (seq: number, intent: string, purgeId = one) => entry(seq, 'instance.purged', { purgeId, intent });

describe('the replay of a journal', () => {
  it.each<[string, ReplayedEntry[], string]>([
    ['begins later', [entry(1, 'instance.renamed')], 'entry 1 is instance.renamed'],
    ['begins twice', [created, entry(2, 'instance.created')], 'entry 2 is instance.created'],
    ['knows an event that there is not', [created, entry(2, 'instance.deleted')], 'entry 2 is of a kind that there is not: instance.deleted'],
    ['knows one that every object has', [created, entry(2, 'constructor')], 'entry 2 is of a kind that there is not: constructor'],
    ['hides personal data', [created, entry(2, 'instance.renamed', {}, 'unreadable')], 'the personal data of entry 2 (instance.renamed) does not open with the key of the instance'],
    ['purges what nobody scheduled (I3)', [created, purged(2, 'rule')], 'entry 2 is instance.purged, of an instance that was active'],
    ['purges by another removal than was scheduled', [created, scheduled, purged(3, 'rule', other)], `entry 3 is instance.purged of ${other}, where ${one} was scheduled`],
    ['purges twice (I2)', [created, scheduled, purged(3, 'rule'), purged(4, 'tombstone')], 'entry 4 is instance.purged, of an instance that was purged'],
    ['restores what is purged (I2)', [created, scheduled, purged(3, 'rule'), entry(4, 'instance.restored', { started: false })], 'entry 4 is instance.restored, of an instance that was purged'],
    ['leaves out a cycle', [created, entry(2, 'connection.opened', { cycle: 2 })], 'entry 2 begins cycle 2, after cycle 0'],
  ])('names what cannot be in one that %s', (_what, entries, contradiction) => {
    expect(replay(entries)).toMatchObject({ contradiction });
  });

  it('lets a tombstone purge from wherever a backup left it', () => {
    expect(replay([created, purged(2, 'tombstone')])).toMatchObject({ contradiction: null, state: { lifecycle: 'purged', purgeId: one, name: null, hasKey: false } });
  });

  it('can say nothing of what the journal has never heard of', () => {
    const { row } = new ToldInstance();
    expect(compareStates(NOT_BEGUN, { ...row, seq: 0 })).toBeNull();
    // once it had entries, they are missing
    expect(compareStates(NOT_BEGUN, row)).toContainEqual({ field: 'seq', replayed: 0, present: 1 });
  });

  it('misses an instance of which only the journal knows (I3)', () => {
    expect(compareStates(replay([created]), null)).toEqual([{ field: 'instance', replayed: 'active', present: null }]);
  });
});
