import fs from 'node:fs';
import path from 'node:path';

import { openSchemaEngine } from './engine.mjs';

/** The SQL that leads from the migrations to the schema; empty when they agree. */
export async function diffAgainstMigrations({ migrationsDir, schemaDir, shadowUrl }) {
  const files = readSchema(schemaDir);
  const migrations = readMigrations(migrationsDir);
  const engine = await openSchemaEngine(files, shadowUrl);
  const { stdout } = await engine.diff({
    from: migrations.migrationDirectories.length > 0 ? migrations : { tag: 'empty' },
    to: { tag: 'schemaDatamodel', files },
    script: true,
    exitCode: null,
    shadowDatabaseUrl: null,
    filters: { externalTables: [], externalEnums: [] },
  });
  return stdout.replace(/^--.*$/gm, '').trim() ? stdout : '';
}

function readSchema(folder) {
  const names = fs.readdirSync(folder, { recursive: true }).filter((name) => name.endsWith('.prisma'));
  return names.sort().map((name) => ({ path: name, content: fs.readFileSync(path.join(folder, name), 'utf8') }));
}

function readMigrations(folder) {
  const lock = path.join(folder, 'migration_lock.toml');
  const names = fs.readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isDirectory()).map((entry) => entry.name);
  return {
    tag: 'migrations',
    baseDir: folder,
    shadowDbInitScript: '',
    lockfile: { path: 'migration_lock.toml', content: fs.existsSync(lock) ? fs.readFileSync(lock, 'utf8') : null },
    migrationDirectories: names.sort().map((name) => ({ path: name, migrationFile: readMigrationFile(folder, name) })),
  };
}

const readMigrationFile = (folder, name) => ({
  path: 'migration.sql',
  content: { tag: 'ok', value: fs.readFileSync(path.join(folder, name, 'migration.sql'), 'utf8') },
});
