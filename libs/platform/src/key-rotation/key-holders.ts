import { randomUUID } from 'node:crypto';
import os from 'node:os';
import { Injectable, Logger } from '@nestjs/common';
import { Keyring } from '../crypto/keyring.js';
import { MasterKeyMissing } from '../crypto/master-key.errors.js';
import { Database } from '../database/database.js';
import { KeyHoldersRepository } from './key-holders.repository.js';

const BEAT_MS = 5_000;

/**
 * Says, again and again, which master keys this process has, and hears which one is current. A rotation does not begin while a process that is
 * there lacks the new key: it could not keep what it receives.
 */
@Injectable()
export class KeyHolders {
  private readonly id = randomUUID();
  private readonly name = `${os.hostname()}:${process.pid}`;
  private timer: NodeJS.Timeout | undefined;
  private missing: string | undefined;
  private readonly log = new Logger(KeyHolders.name);

  constructor(
    private readonly holders: KeyHoldersRepository,
    private readonly keyring: Keyring,
    private readonly database: Database,
  ) {}

  /** Before the process looks which key is current; it is on record until the application closes. */
  async join(): Promise<void> {
    this.database.beforeClose(() => this.leave());
    await this.say();
    this.timer = setInterval(() => void this.beat(), BEAT_MS);
    this.timer.unref();
  }

  private async beat(): Promise<void> {
    try {
      const current = await this.say();
      if (current) this.hear(current);
    } catch (error) {
      this.log.warn(`which master keys this process has is not on record: ${(error as Error).message}`);
    }
  }

  private say(): Promise<string | null> {
    this.keyring.refresh();
    return this.holders.say(this.id, { name: this.name, keyIds: this.keyring.all.map(({ id }) => id) });
  }

  /** Said once for each key: what it leads to is said where it happens. */
  private hear(current: string): void {
    try {
      this.keyring.use(current);
      this.missing = undefined;
    } catch (error) {
      if (!(error instanceof MasterKeyMissing)) throw error;
      if (this.missing !== current) this.log.error(`the current master key is ${current}, and this process does not have it: give it the key and start it again`);
      this.missing = current;
    }
  }

  private async leave(): Promise<void> {
    clearInterval(this.timer);
    await this.holders.remove(this.id).catch((error: Error) => this.log.warn(`this process stays on record for a moment: ${error.message}`));
  }
}
