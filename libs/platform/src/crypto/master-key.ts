import { createHash, hkdfSync, randomBytes } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import type { SecuritySettings } from '../config/security.settings.js';
import { StartError } from '../start-error.js';
import { open, seal } from './sealed-box.js';

const KEY_BYTES = 32;

/** Wraps the data keys of instances. Its id is a fingerprint and tells which key wrapped what. */
export class MasterKey {
  readonly id: string;

  constructor(private readonly key: Buffer) {
    this.id = createHash('sha256').update('tenure master key id').update(key).digest('hex').slice(0, 16);
  }

  wrap(belongsTo: string, dataKey: Buffer): Buffer {
    return seal(this.key, `${belongsTo}|data-key`, dataKey);
  }

  unwrap(belongsTo: string, wrapped: Uint8Array): Buffer {
    return open(this.key, `${belongsTo}|data-key`, wrapped);
  }

  /** A key for one purpose and thing (HKDF, RFC 5869): what is sealed with it opens nothing else. */
  derive(purpose: string): Buffer {
    return Buffer.from(hkdfSync('sha256', this.key, '', `tenure ${purpose}`, KEY_BYTES));
  }
}

/** The key from the settings; in standalone one is made once in the data folder, mode 0600. @throws StartError */
export function loadMasterKey(settings: SecuritySettings, madeIn?: string): MasterKey {
  if (settings.masterKey) return new MasterKey(decodeKey(settings.masterKey, 'TENURE_MASTER_KEY'));
  const file = settings.masterKeyFile ?? (madeIn && path.join(madeIn, 'master.key'));
  if (!file) throw new StartError('There is no master key.', 'Set TENURE_MASTER_KEY or TENURE_MASTER_KEY_FILE.');
  if (!settings.masterKeyFile && !fs.existsSync(file)) writeNewKey(file);
  return new MasterKey(decodeKey(readKeyFile(file), file));
}

function writeNewKey(file: string): void {
  try {
    fs.mkdirSync(path.dirname(file), { recursive: true });
    const fresh = `${file}.${process.pid}`;
    fs.writeFileSync(fresh, `${randomBytes(KEY_BYTES).toString('base64')}\n`, { mode: 0o600, flush: true });
    linkIfAbsent(fresh, file);
  } catch (error) {
    const problem = `The master key cannot be written to the data folder (${(error as Error).message}).`;
    throw new StartError(problem, 'Give this user write access to it, or set TENURE_DATA_DIR to another folder.');
  }
}

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

function readKeyFile(file: string): string {
  try {
    return fs.readFileSync(file, 'utf8').trim();
  } catch (error) {
    throw new StartError(`The master key file ${file} cannot be read (${(error as Error).message}).`, 'Set TENURE_MASTER_KEY_FILE to a readable file.');
  }
}

function decodeKey(text: string, from: string): Buffer {
  const key = /^[0-9a-fA-F]{64}$/.test(text) ? Buffer.from(text, 'hex') : Buffer.from(text, 'base64');
  if (key.length !== KEY_BYTES) throw new StartError(`The master key in ${from} is not 32 bytes.`, 'Give 64 hexadecimal digits or base64.');
  return key;
}
