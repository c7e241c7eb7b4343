import { createReadStream, existsSync } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { Injectable, Logger } from '@nestjs/common';
import { StartError } from '#libs/platform';
import { lineOf, parseTombstone, type Tombstone } from './tombstone.js';
import { TombstoneSettings } from './tombstone.settings.js';

const NEWLINE = 10;

/** The file of tombstones: a line for each purge, only ever appended to, by any number of processes. */
@Injectable()
export class TombstoneFile {
  private readonly log = new Logger(TombstoneFile.name);

  constructor(private readonly settings: TombstoneSettings) {}

  /** Null: none is kept. */
  get path(): string | null {
    return this.settings.file ?? null;
  }

  get exists(): boolean {
    return this.path !== null && existsSync(this.path);
  }

  /** Returns when they are on the disk; none makes the file. @throws StartError where that cannot be written */
  async append(tombstones: readonly Tombstone[]): Promise<void> {
    const file = await this.openFile('a+');
    try {
      const cutOff = await endsInTheMiddle(file);
      await file.appendFile((cutOff ? '\n' : '') + tombstones.map(lineOf).join(''));
      await file.sync();
    } finally {
      await file.close();
    }
  }

  /** All of them, so many at a time. A line that is none is passed over, and told of. @throws StartError where it cannot be read */
  async *batches(size: number): AsyncGenerator<Tombstone[]> {
    if (!this.exists) return;
    await (await this.openFile('r')).close();
    let batch: Tombstone[] = [];
    for await (const tombstone of this.read(this.path!)) {
      if (batch.push(tombstone) < size) continue;
      yield batch;
      batch = [];
    }
    if (batch.length > 0) yield batch;
  }

  private async *read(path: string): AsyncGenerator<Tombstone> {
    let n = 0;
    for await (const line of createInterface({ input: createReadStream(path), crlfDelay: Infinity })) {
      n++;
      const tombstone = parseTombstone(line);
      if (tombstone) yield tombstone;
      else if (line.trim() !== '') this.log.error(`line ${n} of ${path} is no tombstone and is passed over`);
    }
  }

  private async openFile(flags: 'a+' | 'r'): Promise<FileHandle> {
    try {
      return await open(this.path!, flags, 0o600);
    } catch (cause) {
      const { message } = cause as Error;
      throw new StartError(`The file of tombstones cannot be used (${message})`, 'Make its folder and give this user access to it, or set TENURE_TOMBSTONE_FILE to another place', { cause });
    }
  }
}

/** A process died while it wrote: what follows gets a line of its own. */
async function endsInTheMiddle(file: FileHandle): Promise<boolean> {
  const { size } = await file.stat();
  if (size === 0) return false;
  const { buffer } = await file.read(Buffer.alloc(1), 0, 1, size - 1);
  return buffer[0] !== NEWLINE;
}
