import { operatorKeyLine, printReady, readSettings, type Running, sharedDatabase, startServer } from '#libs/platform';
import { OperatorKeys } from '#libs/tenants';
import { ApiModule } from './api.module.js';
import { SETTINGS } from './features.js';

/** One of any number on a database that `tenure migrate` has prepared. `startedAt` is in milliseconds since 1970. */
export async function startApi(startedAt: number): Promise<Running> {
  let operatorKey: string | null = null;
  return startServer({
    ...sharedDatabase(readSettings(SETTINGS), { api: true, worker: false }),
    module: (options) => ApiModule.forRoot(options),
    beforeListening: async (app) => void (operatorKey = await app.get(OperatorKeys, { strict: false }).ensure()),
    onReady: (url) => printReady({ name: 'Tenure api', url, startedAt }, [`Swagger UI    ${url}/docs`, operatorKeyLine(operatorKey)]),
  });
}
