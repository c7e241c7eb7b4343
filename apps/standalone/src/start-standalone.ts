import path from 'node:path';
import { AuditSettings } from '#libs/audit';
import {
  DatabaseSettings,
  EmbeddedPostgres,
  ownDatabase,
  pick,
  ProfileSettings,
  readSettings,
  type Running,
  StartError,
  startServer,
} from '#libs/platform';
import { TombstoneSettings } from '#libs/policy';
import { SandboxSettings } from '#libs/sandbox';
import { OperatorKeys } from '#libs/tenants';
import { SETTINGS } from '../../api/src/features.js';
import { printTour } from './print-tour.js';
import { StandaloneModule } from './standalone.module.js';

/** Brings its own database unless it is given one, and makes a master key where there is none. `startedAt` is in milliseconds since 1970. */
export async function startStandalone(startedAt: number): Promise<Running> {
  const settings = readSettings(SETTINGS);
  const { url, dataDir } = pick(settings, DatabaseSettings);
  const sandbox = chooseSandbox(settings);
  if (!url) pick(settings, TombstoneSettings).file ??= path.join(dataDir, 'tombstones.jsonl');
  if (!url) pick(settings, AuditSettings).checkpointFile ??= path.join(dataDir, 'checkpoints.jsonl');
  const embedded = url ? null : new EmbeddedPostgres({ dataDir });
  let operatorKey: string | null = null;
  try {
    const server = await startServer({
      ...(await ownDatabase(settings, { api: true, worker: true, sandbox: sandbox.isHere }, async () => url ?? embedded!.start())),
      module: (options) => StandaloneModule.forRoot(options, { sandbox: sandbox.isHere }),
      beforeListening: async (app) => void (operatorKey = await app.get(OperatorKeys, { strict: false }).ensure()),
      onReady: (address) => printTour({ url: address, operatorKey, sandbox: sandbox.where, startedAt }),
    });
    return { drain: () => server.drain(), stop: () => server.stop().finally(() => embedded?.stop()) };
  } catch (error) {
    await embedded?.stop();
    throw error;
  }
}

/** Its own unless it is off, or another process has it. @throws StartError for both at once */
function chooseSandbox(settings: object[]): { isHere: boolean; where: string } {
  const { sandbox } = pick(settings, ProfileSettings);
  const { url } = pick(settings, SandboxSettings);
  if (sandbox === 'on' && url) throw new StartError('TENURE_SANDBOX is on and TENURE_SANDBOX_URL names another sandbox', 'Leave out one of them');
  if (url) return { isHere: false, where: `, with the sandbox at ${url}` };
  return sandbox === 'off' ? { isHere: false, where: '' } : { isHere: true, where: ', with the sandbox' };
}
