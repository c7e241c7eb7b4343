// Prisma's schema engine as WebAssembly, talking to PostgreSQL through @prisma/adapter-pg.
import fs from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';

import { PrismaPg } from '@prisma/adapter-pg';
import { bindMigrationAwareSqlAdapterFactory } from '@prisma/driver-adapter-utils';
import * as engine from '@prisma/schema-engine-wasm/schema_engine_bg';
import pg from 'pg';

/** `files` are `{ path, content }` of the Prisma schema; the shadow database is emptied by the engine as it needs. */
export async function openSchemaEngine(files, shadowUrl) {
  await instantiate();
  const datamodels = files.map(({ path: name, content }) => [name, content]);
  return engine.SchemaEngine.new({ datamodels }, () => undefined, bindMigrationAwareSqlAdapterFactory(adapterFor(shadowUrl)));
}

async function instantiate() {
  globalThis.PRISMA_WASM_PANIC_REGISTRY = { set_message: (message) => console.error(message) };
  const module = createRequire(import.meta.url).resolve('@prisma/schema-engine-wasm/schema_engine_bg');
  const wasm = fs.readFileSync(path.join(path.dirname(module), 'schema_engine_bg.wasm'));
  const { instance } = await WebAssembly.instantiate(wasm, { './schema_engine_bg.js': engine });
  engine.__wbg_set_wasm(instance.exports);
  instance.exports.__wbindgen_start();
}

function adapterFor(connectionString) {
  readCharAsText();
  const factory = new PrismaPg({ connectionString });
  const connect = factory.connect.bind(factory);
  factory.connect = async () => withWholeScripts(withCharacters(await connect()));
  factory.connectToShadowDb = factory.connect;
  return factory;
}

// The adapter does not know the catalogue's "char" type: pg is told that it is text, the engine that it is a character.
const PG_CHAR = 18;
const PG_TEXT = 25;
const ENGINE_TEXT = 7;
const ENGINE_CHARACTER = 6;
const charColumns = new Set();

function readCharAsText() {
  const addFields = pg.Result.prototype.addFields;
  pg.Result.prototype.addFields = function (fields) {
    for (const field of fields.filter(({ dataTypeID }) => dataTypeID === PG_CHAR)) {
      field.dataTypeID = PG_TEXT;
      charColumns.add(field.name);
    }
    return addFields.call(this, fields);
  };
}

function withCharacters(connection) {
  const queryRaw = connection.queryRaw.bind(connection);
  connection.queryRaw = async (query) => {
    const result = await queryRaw(query);
    result.columnTypes = result.columnTypes.map((type, column) =>
      type === ENGINE_TEXT && charColumns.has(result.columnNames[column]) ? ENGINE_CHARACTER : type,
    );
    return result;
  };
  return connection;
}

/** The adapter cuts a script at every semicolon, also inside a function's body; PostgreSQL itself takes many statements at once. */
function withWholeScripts(connection) {
  connection.executeScript = async (script) => {
    await connection.underlyingDriver().query(script);
  };
  return connection;
}
