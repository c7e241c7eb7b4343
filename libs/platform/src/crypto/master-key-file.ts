import { randomBytes } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { StartError } from '../start-error.js';
import { KEY_BYTES, type MasterKey } from './master-key.js';
import { nameMasterKeys, parseMasterKeys } from './parse-master-keys.js';

/** The file that holds the master keys, newest first. Others read it while it changes: it is whole at any moment. */
export class MasterKeyFile {
  private seen: string | undefined;

  constructor(readonly path: string) {}

  /** Makes the file with one new key, readable by its owner only. Does nothing where there is one. @throws StartError */
  makeIfAbsent(): void {
    if (fs.existsSync(this.path)) return;
    try {
      fs.mkdirSync(path.dirname(this.path), { recursive: true });
      const fresh = `${this.path}.${process.pid}`;
      fs.writeFileSync(fresh, `${newKey()}\n`, { mode: 0o600, flush: true });
      linkIfAbsent(fresh, this.path);
    } catch (error) {
      const problem = `The master key cannot be written to the data folder (${(error as Error).message}).`;
      throw new StartError(problem, 'Give this user write access to it, or set TENURE_DATA_DIR to another folder.');
    }
  }

  /** @throws StartError */
  read(): MasterKey[] {
    this.seen = this.state();
    return parseMasterKeys(this.text(), this.path);
  }

  /** Whether it is another than the one that was read last. */
  get changed(): boolean {
    return this.state() !== this.seen;
  }

  /**
   * Puts a new key before the others, which stay. It is on disk when this returns, and whoever may read the old file may read the new one.
   * Only one process at a time may do this. @throws StartError
   */
  addNewest(): void {
    try {
      const file = fs.realpathSync(this.path);
      const { uid, gid, mode } = fs.statSync(file);
      const fresh = `${file}.new`;
      fs.rmSync(fresh, { force: true });
      fs.writeFileSync(fresh, nameMasterKeys(`${newKey()}\n${this.text()}`), { mode: 0o600, flag: 'wx', flush: true });
      if (process.getuid?.() === 0) fs.chownSync(fresh, uid, gid);
      fs.chmodSync(fresh, mode & 0o777);
      fs.renameSync(fresh, file);
      flushFolder(path.dirname(file));
    } catch (error) {
      throw new StartError(`The new master key cannot be written to ${this.path} (${(error as Error).message}).`, 'Run this as the user whose file it is; nothing was changed.');
    }
  }

  private text(): string {
    try {
      return fs.readFileSync(this.path, 'utf8');
    } catch (error) {
      throw new StartError(`The master key file ${this.path} cannot be read (${(error as Error).message}).`, 'Set TENURE_MASTER_KEY_FILE to a readable file.');
    }
  }

  private state(): string {
    const found = fs.statSync(this.path, { throwIfNoEntry: false });
    return found ? [found.ino, found.size, found.mtimeMs, found.ctimeMs].join(' ') : 'none';
  }
}

const newKey = (): string => randomBytes(KEY_BYTES).toString('base64');

/** Never replaces the key of another process that starts on the same folder: it may be in use by now. */
function linkIfAbsent(fresh: string, file: string): void {
  try {
    fs.linkSync(fresh, file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    fs.rmSync(fresh, { force: true });
  }
}

/** The new name of a file is as durable as its folder. */
function flushFolder(folder: string): void {
  const handle = fs.openSync(folder, 'r');
  try {
    fs.fsyncSync(handle);
  } finally {
    fs.closeSync(handle);
  }
}
