import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { EmbeddedPostgres, installSchema } from '#libs/platform';
import { Superuser, type TestDatabase, withRole } from '#libs/testing';
import { CuttingProxy } from './cutting-proxy.js';

const MIGRATIONS = path.resolve(import.meta.dirname, '../../prisma/migrations');

/**
 * A database server of one test alone, which can be restarted for real. Its port changes then, so whoever uses it does that through a door,
 * which can also be cut and blocked by itself.
 */
export class OwnServer implements TestDatabase {
  url = '';
  private readonly dataDir = fs.mkdtempSync(path.join(os.tmpdir(), 'tenure-own-server-'));
  private readonly server = new EmbeddedPostgres({ dataDir: this.dataDir });
  private readonly doors: CuttingProxy[] = [];
  private superuserDoor!: { proxy: CuttingProxy; url: string };

  static async start(): Promise<OwnServer> {
    const own = new OwnServer();
    own.url = await own.server.start();
    await installSchema(own.url, MIGRATIONS);
    own.superuserDoor = await CuttingProxy.start(own.server.superuserUrl);
    return own;
  }

  get ownerUrl(): string {
    return withRole(this.url, 'tenure_owner');
  }

  /** With connections of its own, for the caller to end. */
  newSuperuser(): Superuser {
    return new Superuser(this, this.superuserDoor.url);
  }

  async door(): Promise<{ proxy: CuttingProxy; url: string }> {
    const door = await CuttingProxy.start(this.url);
    this.doors.push(door.proxy);
    return door;
  }

  /** Every connection is lost, and for a moment there is no server. */
  async restart(): Promise<void> {
    await this.server.stop();
    this.url = await this.server.start();
    for (const door of this.doors) door.lead(this.url);
    this.superuserDoor.proxy.lead(this.server.superuserUrl);
  }

  async drop(): Promise<void> {
    for (const door of [...this.doors, this.superuserDoor.proxy]) door.stop();
    await this.server.stop();
    fs.rmSync(this.dataDir, { recursive: true, force: true });
  }
}
