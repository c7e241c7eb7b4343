import type { DynamicModule } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { HttpSettings } from '../config/http.settings.js';
import type { Keyring } from '../crypto/keyring.js';
import { verifyMasterKey } from '../crypto/verify-master-key.js';
import { Database } from '../database/database.js';
import type { DatabaseTarget } from '../database/database-target.js';
import { createHttpApp } from '../http/http-app.js';
import { KeyHolders } from '../key-rotation/key-holders.js';
import type { PlatformOptions } from '../platform.module.js';
import { MIGRATIONS, VERSION } from './build.js';
import { Draining } from './draining.js';
import { listen } from './listen.js';
import type { ProcessRoles } from './process-roles.js';
import type { Running } from './run-process.js';
import { pick } from './settings.js';

/** What a process stands on. */
export interface ServerGround {
  settings: object[];
  target: DatabaseTarget;
  keyring: Keyring;
  roles: ProcessRoles;
  /** brings the schema up to date, or refuses any but this build's */
  prepareSchema(url: string, migrations: string): Promise<unknown>;
}

/** What differs between the processes. */
export interface ServerPlan extends ServerGround {
  module(options: PlatformOptions): DynamicModule;
  /** what has to be there before the first request */
  beforeListening?(app: NestFastifyApplication): Promise<void>;
  /** says so; only now everything in it runs */
  onReady(url: string, app: NestFastifyApplication): void | Promise<void>;
}

/** The order of a start that all processes share: schema, application, master key, port. What it began it has ended when it throws. */
export async function startServer(plan: ServerPlan): Promise<Running> {
  const { settings, target, keyring, roles } = plan;
  await plan.prepareSchema(target.url, MIGRATIONS);
  const { trustedProxies } = pick(settings, HttpSettings);
  const app = await createHttpApp(plan.module({ settings, target, keyring, roles }), VERSION, { documented: roles.api || roles.sandbox === true, trustedProxies });
  try {
    await app.get(KeyHolders).join();
    await verifyMasterKey(app.get(Database), keyring);
    await plan.beforeListening?.(app);
    await plan.onReady(await listen(app, pick(settings, HttpSettings)), app);
  } catch (error) {
    await app.close();
    throw error;
  }
  return { drain: () => app.get(Draining).wait(), stop: () => app.close() };
}
