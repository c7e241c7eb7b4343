import { StartError } from '../start-error.js';

/** One folder of prisma/migrations. */
export interface Migration {
  readonly name: string;
  readonly sql: string;
  /** SHA-256 of the file, in hex: Prisma's. */
  readonly checksum: string;
}

/** A row of `_prisma_migrations` that was not rolled back. */
export interface AppliedMigration {
  readonly name: string;
  readonly checksum: string;
  readonly finished: boolean;
}

/** What is still to be applied, in order. Throws a `StartError` when database and build do not belong together. */
export function planMigrations(own: readonly Migration[], applied: readonly AppliedMigration[]): Migration[] {
  const known = new Map(own.map((migration) => [migration.name, migration]));
  const foreign = applied.filter(({ name }) => !known.has(name));
  if (foreign.length > 0) throw foreign.length === applied.length ? foreignSchema(foreign) : newerSchema(foreign);
  for (const { name, checksum, finished } of applied) {
    if (!finished) throw halfApplied(name);
    if (known.get(name)?.checksum !== checksum) throw edited(name);
  }
  const done = new Set(applied.map(({ name }) => name));
  return own.filter(({ name }) => !done.has(name)).sort((a, b) => (a.name < b.name ? -1 : 1));
}

const newerSchema = (foreign: readonly AppliedMigration[]): StartError =>
  new StartError(
    `The database's schema is newer than this build, which does not know ${foreign.map(({ name }) => name).join(', ')}`,
    'Start the newer build, or restore the backup made before it was installed',
  );

const foreignSchema = (foreign: readonly AppliedMigration[]): StartError =>
  new StartError(
    `The database holds the schema of another application or of a newer build (${foreign[0]?.name})`,
    'Give Tenure a database of its own and set DATABASE_URL to it, or start the build that made this one',
  );

const halfApplied = (name: string): StartError =>
  new StartError(
    `The migration ${name} was begun by another tool and never finished`,
    `Undo what it did and run npx prisma migrate resolve --rolled-back ${name}, or restore a backup`,
  );

const edited = (name: string): StartError =>
  new StartError(
    `The migration ${name} is not the one that was applied to this database`,
    'Restore its file: an applied migration never changes, a correction is a new migration',
  );
