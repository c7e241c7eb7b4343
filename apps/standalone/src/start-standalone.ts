import path from 'node:path';
import {
  createHttpApp,
  Database,
  DatabaseSettings,
  DatabaseTarget,
  EmbeddedPostgres,
  HttpSettings,
  installSchema,
  listen,
  loadMasterKey,
  pick,
  ProfileSettings,
  readSettings,
  type Running,
  SecuritySettings,
  verifyMasterKey,
} from '#libs/platform';
import { OperatorKeys } from '#libs/tenants';
import { SETTINGS } from '../../api/src/features.js';
import { printReady } from './print-ready.js';
import { StandaloneModule } from './standalone.module.js';
import { VERSION } from './version.js';

const MIGRATIONS = path.resolve(import.meta.dirname, '../../../../prisma/migrations');

/** The order of a start: settings, database, schema, keys, application, port. `startedAt` is in milliseconds since 1970. */
export async function startStandalone(startedAt: number): Promise<Running> {
  const settings = readSettings(SETTINGS);
  const { url, dataDir, connections } = pick(settings, DatabaseSettings);
  const masterKey = loadMasterKey(pick(settings, SecuritySettings), dataDir);
  const embedded = url ? null : new EmbeddedPostgres({ dataDir });
  try {
    const target = new DatabaseTarget(url ?? (await embedded!.start()), connections);
    await installSchema(target.url, MIGRATIONS);
    const sandbox = pick(settings, ProfileSettings).sandbox === 'on';
    const app = await createHttpApp(StandaloneModule.forRoot({ settings, target, masterKey }, { sandbox }), VERSION);
    const stop = () => app.close().finally(() => embedded?.stop());
    try {
      await verifyMasterKey(app.get(Database), masterKey);
      const operatorKey = await app.get(OperatorKeys, { strict: false }).ensure();
      printReady({ url: await listen(app, pick(settings, HttpSettings)), operatorKey, sandbox, startedAt });
      return { stop };
    } catch (error) {
      await app.close();
      throw error;
    }
  } catch (error) {
    await embedded?.stop();
    throw error;
  }
}
