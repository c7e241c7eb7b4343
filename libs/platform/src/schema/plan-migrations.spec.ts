import fc from 'fast-check';
import { StartError } from '../start-error.js';
import { type AppliedMigration, type Migration, planMigrations } from './plan-migrations.js';

const migration = (name: string): Migration => ({ name, sql: `-- ${name}`, checksum: `sum of ${name}` });
const applied = (name: string, difference: Partial<AppliedMigration> = {}): AppliedMigration => ({
  ...{ name, checksum: `sum of ${name}`, finished: true },
  ...difference,
});
const names = (plan: Migration[]): string[] => plan.map(({ name }) => name);

describe('What is left to migrate', () => {
  it.each<[string, string[], string[], string[]]>([
    ['everything in a new database', ['1', '2'], [], ['1', '2']],
    ['nothing when all is applied', ['1', '2'], ['1', '2'], []],
    ['only what came since', ['1', '2', '3'], ['1'], ['2', '3']],
    ['also an older one that was merged late', ['1', '2', '3'], ['1', '3'], ['2']],
  ])('is %s', (_what, own, done, expected) => {
    expect(names(planMigrations(own.map(migration), done.map((name) => applied(name))))).toEqual(expected);
  });

  it.each<[string, AppliedMigration[], RegExp]>([
    ['that a newer build has migrated', [applied('1'), applied('9')], /newer than this build, which does not know 9\b.*Start the newer build/],
    ['of another application', [applied('users')], /another application or of a newer build \(users\)/],
    ['whose migration was edited afterwards', [applied('1', { checksum: 'other' })], /1 is not the one that was applied/],
    ['that another tool has half migrated', [applied('1', { finished: false })], /1 was begun by another tool and never finished.*migrate resolve/],
  ])('is refused for a database %s', (_what, done, message) => {
    const plan = () => planMigrations([migration('1'), migration('2')], done);
    expect(plan).toThrow(StartError);
    expect(plan).toThrow(message);
  });

  it('is in order, and with what is applied it is the whole of the build, whatever was applied', () => {
    const subset = fc.uniqueArray(fc.string({ minLength: 1 }), { minLength: 1 }).chain((all) => fc.tuple(fc.constant(all), fc.subarray(all)));
    fc.assert(
      fc.property(subset, ([all, done]) => {
        const plan = names(planMigrations(all.map(migration), done.map((name) => applied(name))));
        expect(plan).toEqual([...plan].sort());
        expect([...plan, ...done].sort()).toEqual([...all].sort());
      }),
    );
  });
});
