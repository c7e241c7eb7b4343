import { newId, SandboxDirectory } from '#libs/contracts';
import {
  DatabaseSettings,
  EmbeddedPostgres,
  ownDatabase,
  pick,
  PLATFORM_SETTINGS,
  ProfileSettings,
  readSettings,
  type Running,
  type ServerGround,
  sharedDatabase,
  StartError,
  startServer,
} from '#libs/platform';
import { SandboxSettings } from '#libs/sandbox';
import { FirstTenants } from '#libs/tenants';
import { printSandbox } from './print-sandbox.js';
import { SandboxProcessModule } from './sandbox-process.module.js';
import { TestKeyFile } from './test-key-file.js';

/** Fixed ports, so that others can be told where it is, beside an `npm start` on this machine; and whoever drives a load asks often. */
const DEFAULTS = { PORT: '4710', TENURE_SANDBOX_PORT: '4711', TENURE_DATA_DIR: './data/sandbox', TENURE_REQUESTS_PER_MINUTE: '1000000' };
const ROLES = { api: false, worker: false, sandbox: true };

/**
 * On a database that others share it is their WhatsApp; without one it brings its own, with a tenant and a test key.
 * `startedAt` is in milliseconds since 1970.
 */
export async function startSandbox(startedAt: number): Promise<Running> {
  const settings = readSettings([...PLATFORM_SETTINGS, SandboxSettings], undefined, DEFAULTS);
  refuseOff(pick(settings, ProfileSettings));
  const { url, dataDir } = pick(settings, DatabaseSettings);
  const embedded = url ? null : new EmbeddedPostgres({ dataDir });
  try {
    const ground = embedded ? await ownDatabase(settings, ROLES, () => embedded.start()) : sharedDatabase(settings, ROLES);
    const server = await start(ground, embedded ? new TestKeyFile(dataDir) : null, startedAt);
    return { drain: () => server.drain(), stop: () => server.stop().finally(() => embedded?.stop()) };
  } catch (error) {
    await embedded?.stop();
    throw error;
  }
}

function start(ground: ServerGround, keyFile: TestKeyFile | null, startedAt: number): Promise<Running> {
  return startServer({
    ...ground,
    module: (options) => SandboxProcessModule.forRoot(options),
    onReady: async (url, app) => {
      const own = keyFile && (await keyFile.ensure(app.get(FirstTenants, { strict: false })));
      const server = await app.get(SandboxDirectory, { strict: false }).serverOf(own?.tenantId ?? newId('ten'));
      printSandbox({ url, server, own, startedAt });
    },
  });
}

/** Refused rather than ignored: it would be a process that does nothing. */
function refuseOff({ sandbox }: ProfileSettings): void {
  if (sandbox === 'off') throw new StartError('This process is nothing but the sandbox, and TENURE_SANDBOX is off', 'Leave TENURE_SANDBOX out, or set it to on');
}
