import {
  DatabaseSettings,
  DatabaseTarget,
  EmbeddedPostgres,
  installSchema,
  loadKeyring,
  pick,
  ProfileSettings,
  readSettings,
  type Running,
  SecuritySettings,
  startServer,
} from '#libs/platform';
import { OperatorKeys } from '#libs/tenants';
import { SETTINGS } from '../../api/src/features.js';
import { printTour } from './print-tour.js';
import { StandaloneModule } from './standalone.module.js';

/** Brings its own database unless it is given one, and makes a master key where there is none. `startedAt` is in milliseconds since 1970. */
export async function startStandalone(startedAt: number): Promise<Running> {
  const settings = readSettings(SETTINGS);
  const { url, dataDir, connections } = pick(settings, DatabaseSettings);
  const keyring = loadKeyring(pick(settings, SecuritySettings), dataDir);
  const embedded = url ? null : new EmbeddedPostgres({ dataDir });
  const sandbox = pick(settings, ProfileSettings).sandbox !== 'off';
  let operatorKey: string | null = null;
  try {
    const server = await startServer({
      settings,
      target: new DatabaseTarget(url ?? (await embedded!.start()), connections),
      keyring,
      roles: { api: true, worker: true },
      prepareSchema: installSchema,
      module: (options) => StandaloneModule.forRoot(options, { sandbox }),
      beforeListening: async (app) => void (operatorKey = await app.get(OperatorKeys, { strict: false }).ensure()),
      onReady: (address) => printTour({ url: address, operatorKey, sandbox, startedAt }),
    });
    return { drain: () => server.drain(), stop: () => server.stop().finally(() => embedded?.stop()) };
  } catch (error) {
    await embedded?.stop();
    throw error;
  }
}
