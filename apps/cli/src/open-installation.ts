import {
  checkSchema,
  Database,
  DatabaseSettings,
  DatabaseTarget,
  EmbeddedPostgres,
  findRunning,
  type Keyring,
  loadKeyring,
  masterKeyIn,
  MIGRATIONS,
  pick,
  readSettings,
  SecuritySettings,
} from '#libs/platform';
import { Logger } from '@nestjs/common';

export interface Installation {
  database: Database;
  keyring: Keyring;
  /** whether the keys are in the data folder of the embedded database, and thereby nobody else's */
  ownKeys: boolean;
  close: () => Promise<void>;
}

const CONNECTIONS = 2;

/** The database and the master keys that the settings name, as they are: nothing is made. The embedded database is started when nobody runs it. @throws StartError */
export async function openInstallation(): Promise<Installation> {
  // what matters is thrown and printed; a connection that ends with the database it started does not
  Logger.overrideLogger(['error', 'fatal']);
  const settings = readSettings([DatabaseSettings, SecuritySettings]);
  const { url, dataDir } = pick(settings, DatabaseSettings);
  const security = pick(settings, SecuritySettings);
  const at = url ? { url, stop: async () => undefined } : await openEmbedded(dataDir);
  try {
    await checkSchema(at.url, MIGRATIONS);
    const keyring = loadKeyring({ ...security, masterKeyFile: security.masterKeyFile ?? masterKeyIn(dataDir) });
    const database = new Database(new DatabaseTarget(at.url, CONNECTIONS));
    const ownKeys = !url && !security.masterKey && !security.masterKeyFile;
    return { database, keyring, ownKeys, close: () => database.onApplicationShutdown().finally(at.stop) };
  } catch (error) {
    await at.stop();
    throw error;
  }
}

async function openEmbedded(dataDir: string): Promise<{ url: string; stop: () => Promise<void> }> {
  const running = await findRunning(dataDir);
  if (running) return { url: running, stop: async () => undefined };
  const embedded = new EmbeddedPostgres({ dataDir });
  return { url: await embedded.start(), stop: () => embedded.stop() };
}
