import { printReady, readSettings, type Running, sharedDatabase, startServer } from '#libs/platform';
import { SETTINGS } from '../../api/src/features.js';
import { WorkerModule } from './worker.module.js';

/** One of any number on a database that `tenure migrate` has prepared. `startedAt` is in milliseconds since 1970. */
export async function startWorker(startedAt: number): Promise<Running> {
  return startServer({
    ...sharedDatabase(readSettings(SETTINGS), { api: false, worker: true }),
    module: (options) => WorkerModule.forRoot(options),
    onReady: (url) => printReady({ name: 'Tenure worker', url, startedAt }, [`Health        ${url}/readyz`]),
  });
}
