import { DatabaseSettings } from '../config/database.settings.js';
import { SecuritySettings } from '../config/security.settings.js';
import { loadKeyring } from '../crypto/load-keyring.js';
import { DatabaseTarget } from '../database/database-target.js';
import { installSchema } from '../schema/install-schema.js';
import type { ProcessRoles } from './process-roles.js';
import { pick } from './settings.js';
import type { ServerGround } from './start-server.js';

/**
 * For a process that may make what is missing: the schema, and a master key in the data folder. `address` gives the URL of the database,
 * which need not run before. @throws StartError
 */
export async function ownDatabase(settings: object[], roles: ProcessRoles, address: () => Promise<string>): Promise<ServerGround> {
  const { dataDir, connections } = pick(settings, DatabaseSettings);
  const keyring = loadKeyring(pick(settings, SecuritySettings), dataDir);
  return { settings, roles, target: new DatabaseTarget(await address(), connections), keyring, prepareSchema: installSchema };
}
