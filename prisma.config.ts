import { defineConfig } from 'prisma/config';

// validate and format need no engine, yet the CLI insists on downloading one first: any existing file satisfies it.
const [command] = process.argv.slice(2);
if (['validate', 'format'].includes(command ?? '')) {
  process.env.PRISMA_SCHEMA_ENGINE_BINARY ??= process.execPath;
}

export default defineConfig({
  schema: 'prisma/schema',
  migrations: { path: 'prisma/migrations' },
  datasource: { url: process.env.DATABASE_URL ?? 'postgresql://tenure@127.0.0.1:5432/tenure' },
});
