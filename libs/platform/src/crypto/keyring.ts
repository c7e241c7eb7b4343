import { Logger } from '@nestjs/common';
import type { MasterKey } from './master-key.js';
import { MasterKeyMissing } from './master-key.errors.js';
import type { MasterKeyFile } from './master-key-file.js';

/**
 * The master keys that this process has, newest first. Each opens what it wrapped. Which of them wraps what is new is not decided here but by the
 * database, so that a rotation changes it for all processes at one moment: this remembers what was heard last, and whoever writes makes sure of it.
 */
export class Keyring {
  private inUse: MasterKey | undefined;
  private readonly log = new Logger(Keyring.name);

  /** @param file where the keys come from, to be read again when a key is asked for that is not among them */
  constructor(
    private keys: readonly MasterKey[],
    readonly file?: MasterKeyFile,
  ) {}

  get all(): readonly MasterKey[] {
    return this.keys;
  }

  /** What a rotation goes to. */
  get newest(): MasterKey {
    const [newest] = this.keys;
    if (!newest) throw new Error('A keyring without a key');
    return newest;
  }

  /** What wraps, as far as this process has heard. */
  get current(): MasterKey {
    return this.inUse ?? this.newest;
  }

  /** @throws MasterKeyMissing; then what was in use stays so */
  use(id: string | null): MasterKey {
    if (id === null) throw new Error('The master key of this database has not been verified');
    return (this.inUse = this.require(id, 'What is new goes'));
  }

  /** @param what the sentence of the error: `<what> under the master key ...` @throws MasterKeyMissing */
  require(id: string, what: string): MasterKey {
    const key = this.find(id);
    if (!key) throw new MasterKeyMissing(id, what);
    return key;
  }

  find(id: string): MasterKey | undefined {
    return this.known(id) ?? (this.refresh() ? this.known(id) : undefined);
  }

  /** Reads the file again when it is another than before. A key that this process has is never lost by it. False when nothing was read. */
  refresh(): boolean {
    if (!this.file?.changed) return false;
    try {
      this.take(this.file);
      return true;
    } catch (error) {
      this.log.warn(`the master keys stay as they were read before: ${(error as Error).message}`);
      return false;
    }
  }

  /** Puts a new key first, into the file too. Only one process at a time may do this. @throws StartError */
  makeNewest(): void {
    if (!this.file) throw new Error('These keys are in no file');
    this.file.addNewest();
    this.take(this.file);
  }

  private take(file: MasterKeyFile): void {
    const read = file.read();
    this.keys = [...read, ...this.keys.filter(({ id }) => !read.some((key) => key.id === id))];
  }

  private known(id: string): MasterKey | undefined {
    return this.keys.find((key) => key.id === id);
  }
}
