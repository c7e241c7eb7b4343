// One database server per run; each test file clones the database that is prepared here.
import os from 'node:os';
import path from 'node:path';

// The two files, not the lib's front door: nothing of the application is needed here.
import { EmbeddedPostgres } from '../../dist/libs/platform/src/embedded/embedded-postgres.js';
import { installSchema } from '../../dist/libs/platform/src/schema/install-schema.js';

export default async function globalSetup() {
  const dataDir = path.join(os.tmpdir(), `tenure-test-${process.pid}`);
  const server = new EmbeddedPostgres({ dataDir, ephemeral: true });
  globalThis.testDatabaseServer = server;
  const url = await server.start();
  await installSchema(url, path.resolve(import.meta.dirname, '../../prisma/migrations'));
  process.env.TENURE_TEST_DATABASE_URL = url;
  process.env.TENURE_TEST_SUPERUSER_URL = server.superuserUrl;
}
