// npm run db:migration -- <name>    writes prisma/migrations/<time>_<name>/migration.sql: what prisma/schema has and the migrations lack
// npm run db:migration -- --check   exits 1 when the two differ
// What `prisma migrate dev --create-only` does, without its downloaded engine: the engine's WebAssembly build, and an embedded
// PostgreSQL as the shadow database in which the migrations are replayed. Compared are tables, columns, indexes, keys and enums
// of the schema `public`; views, functions, policies, grants and the schemas `pgboss` and `sandbox` are not Prisma's.
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';

import { EmbeddedPostgres } from '../dist/libs/platform/src/embedded/embedded-postgres.js';
import { installSchema } from '../dist/libs/platform/src/schema/install-schema.js';
import { diffAgainstMigrations } from './migration/diff.mjs';

const root = path.resolve(import.meta.dirname, '..');
const migrationsDir = path.join(root, 'prisma/migrations');
const schemaDir = path.join(root, 'prisma/schema');

const [name] = process.argv.slice(2);
if (name !== '--check' && !/^[a-z][a-z0-9_]*$/.test(name ?? '')) {
  console.error('Usage: npm run db:migration -- <name_in_snake_case> | --check');
  process.exit(2);
}

const dataDir = path.join(os.tmpdir(), `tenure-shadow-${process.pid}`);
const server = new EmbeddedPostgres({ dataDir, ephemeral: true });
try {
  await installRoles(await server.start());
  report(await diffAgainstMigrations({ migrationsDir, schemaDir, shadowUrl: server.superuserUrl }));
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
} finally {
  await server.stop();
}
process.exit(); // the engine keeps connections for which it offers no way to close them

/** Migrations grant to the roles of the product, which exist once per server: a schema without migrations brings them. */
async function installRoles(url) {
  const none = fs.mkdtempSync(path.join(os.tmpdir(), 'tenure-no-migrations-'));
  try {
    await installSchema(url, none);
  } finally {
    fs.rmdirSync(none);
  }
}

function report(sql) {
  if (name === '--check') {
    console.log(sql ? `prisma/schema and prisma/migrations differ. Missing is:\n${sql}` : 'prisma/migrations agree with prisma/schema');
    process.exitCode = sql ? 1 : 0;
  } else if (sql) {
    console.log(`Written to ${writeMigration(sql)}; read it before you commit it:\n${sql}`);
  } else {
    console.log('Nothing to do: prisma/migrations agree with prisma/schema');
  }
}

function writeMigration(sql) {
  const time = new Date().toISOString().replace(/\D/g, '').slice(0, 14);
  const folder = path.join(migrationsDir, `${time}_${name}`);
  fs.mkdirSync(folder);
  fs.writeFileSync(path.join(folder, 'migration.sql'), sql);
  return path.relative(root, path.join(folder, 'migration.sql'));
}
