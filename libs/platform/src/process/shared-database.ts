import { DatabaseSettings } from '../config/database.settings.js';
import { ProfileSettings } from '../config/profile.settings.js';
import { SecuritySettings } from '../config/security.settings.js';
import { loadKeyring } from '../crypto/load-keyring.js';
import { DatabaseTarget } from '../database/database-target.js';
import { checkSchema } from '../schema/check-schema.js';
import { StartError } from '../start-error.js';
import type { ProcessRoles } from './process-roles.js';
import { pick } from './settings.js';
import type { ServerGround } from './start-server.js';

/**
 * For a process that is one of several on a database: nothing is made up here that the others would have to know, neither a database nor a
 * master key, and the schema stays as it is. @throws StartError
 */
export function sharedDatabase(settings: object[], roles: ProcessRoles): ServerGround {
  const { url, connections } = pick(settings, DatabaseSettings);
  if (!url) throw new StartError('There is no DATABASE_URL', 'Set it to the PostgreSQL that all processes share; only npm start brings one of its own');
  if (!roles.sandbox) refuseSandbox(pick(settings, ProfileSettings));
  const keyring = loadKeyring(pick(settings, SecuritySettings));
  return { settings, roles, target: new DatabaseTarget(url, connections), keyring, prepareSchema: checkSchema };
}

/** Refused rather than ignored: whoever sets it expects this process to simulate WhatsApp, and it never would. */
function refuseSandbox({ sandbox }: ProfileSettings): void {
  if (sandbox !== 'on') return;
  const remedy = 'Leave TENURE_SANDBOX out or set it to off; npm start and npm run sandbox simulate WhatsApp, and TENURE_SANDBOX_URL leads there';
  throw new StartError('This process has no sandbox', remedy);
}
