import { once } from 'node:events';
import fs from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { StartError } from '../start-error.js';
import { loadBinaries } from './binaries.js';
import { clusterExists, createCluster, refuseUnusable } from './cluster.js';
import { ensureLogin, loginRefusal, loginUrl, NO_SUCH_LOGIN, superuserUrl } from './login.js';
import { awaitOrphan } from './orphan.js';
import { loadPasswords, type Passwords } from './passwords.js';
import { placeCluster, type Placement } from './placement.js';
import { Server } from './server.js';

export interface EmbeddedPostgresOptions {
  /** The cluster is `<dataDir>/postgres`, its passwords are beside it. Made when it is not there. */
  readonly dataDir: string;
  /** For tests: nothing survives a power cut, and `stop()` removes the data. */
  readonly ephemeral?: boolean;
}

/** Crash recovery reads the whole log since the last checkpoint. */
const READY_TIMEOUT_MS = 120_000;
const PORT_ATTEMPTS = 5;

const SETTINGS = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  max_connections: '100',
  log_min_messages: 'warning',
  log_min_error_statement: 'panic', // a failing statement may contain what nobody should read
};
const EPHEMERAL_SETTINGS = { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' };

/**
 * A real PostgreSQL server on the loopback interface that needs no system package, lives as long as this process, even when
 * that is killed, and keeps its data in a folder. Every connection needs a password.
 */
export class EmbeddedPostgres {
  private placement?: Placement;
  private passwords?: Passwords;
  private server?: Server;
  private port = 0;

  constructor(private readonly options: EmbeddedPostgresOptions) {}

  /** The URL of the login role, to be used as DATABASE_URL. Throws a `StartError` that names the fix. */
  async start(): Promise<string> {
    try {
      await this.openCluster();
      await this.startServer();
    } catch (error) {
      await this.server?.stop();
      throw asStartError(error, this.options.dataDir);
    }
    return loginUrl(this.port, this.passwords!);
  }

  /** For tests and tools: the product itself never connects as the superuser. */
  get superuserUrl(): string {
    if (!this.passwords || !this.server) throw new Error('The embedded database has not been started');
    return superuserUrl(this.port, this.passwords);
  }

  /** Returns when everything is on disk and the server has gone. Safe to call twice. */
  async stop(): Promise<void> {
    await this.server?.stop();
    this.server = undefined;
    if (this.options.ephemeral) this.removeData();
  }

  private async openCluster(): Promise<void> {
    const placement = await placeCluster(await loadBinaries(), path.resolve(this.options.dataDir));
    const exists = clusterExists(placement.clusterDir);
    if (exists) await awaitOrphan(placement.clusterDir);
    this.placement = placement;
    this.passwords = loadPasswords(placement.clusterDir, exists);
    if (exists) await refuseUnusable(placement);
    else await createCluster(placement, this.passwords.superuser, !this.options.ephemeral);
  }

  private async startServer(): Promise<void> {
    const settings = { ...SETTINGS, ...(this.options.ephemeral ? EPHEMERAL_SETTINGS : {}) };
    for (let attempt = 1; ; attempt++) {
      this.port = await freePort();
      this.server = Server.spawn(this.placement!, this.port, settings);
      if (await this.ready(this.server)) return;
      if (!this.server.portTaken || attempt === PORT_ATTEMPTS) throw didNotStart(this.server.lastWords);
    }
  }

  /** True when the login role can connect, false when the server has gone. */
  private async ready(server: Server): Promise<boolean> {
    for (const deadline = Date.now() + READY_TIMEOUT_MS; server.running; await sleep(20)) {
      const refusal = await loginRefusal(this.port, this.passwords!);
      if (refusal === undefined) return true;
      if (NO_SUCH_LOGIN.has(refusal)) await ensureLogin(this.port, this.passwords!);
      if (Date.now() > deadline) throw didNotStart(`no connection within ${READY_TIMEOUT_MS / 1000} s: ${refusal}`);
    }
    return false;
  }

  /** Only what this class made: a folder that holds anything else stays. */
  private removeData(): void {
    if (!this.placement) return;
    const dataDir = path.resolve(this.options.dataDir);
    for (const folder of new Set([path.dirname(this.placement.clusterDir), dataDir])) {
      const names = fs.existsSync(folder) ? fs.readdirSync(folder) : [];
      for (const name of names.filter((made) => made.startsWith('postgres'))) {
        fs.rmSync(path.join(folder, name), { recursive: true, force: true });
      }
      if (names.every((name) => name.startsWith('postgres'))) fs.rmSync(folder, { recursive: true, force: true });
    }
  }
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address() as AddressInfo;
  probe.close();
  await once(probe, 'close');
  return port;
}

const didNotStart = (reason: string): StartError =>
  new StartError(
    `The embedded PostgreSQL did not start (${reason})`,
    'Check the free space and the owner of the data folder; restore it from a backup if it is damaged, or set DATABASE_URL',
  );

function asStartError(error: unknown, dataDir: string): unknown {
  const { code, syscall, message } = error as NodeJS.ErrnoException;
  if (error instanceof StartError || syscall === undefined) return error;
  return new StartError(
    `The data folder ${dataDir} cannot be used (${message || code})`,
    'Give this user write access to it, make room on the disk, or set TENURE_DATA_DIR to another folder',
    { cause: error },
  );
}
