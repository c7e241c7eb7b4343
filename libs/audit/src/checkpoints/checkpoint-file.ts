import { createReadStream, existsSync } from 'node:fs';
import { type FileHandle, open, rename } from 'node:fs/promises';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { Injectable, Logger } from '@nestjs/common';
import type { TenantId } from '#libs/contracts';
import { StartError } from '#libs/platform';
import { AuditSettings } from './audit.settings.js';
import { isLater, lineOf, parseLine, type RememberedCheckpoint } from './signed-checkpoint.js';

const NEWLINE = 10;

/** What was signed last, outside the database: a line for each checkpoint, appended before it can be read anywhere else. */
@Injectable()
export class CheckpointFile {
  private readonly log = new Logger(CheckpointFile.name);
  /** appended by this process since it was last written anew */
  appended = 0;

  constructor(private readonly settings: AuditSettings) {}

  /** Null: none is kept. */
  get path(): string | null {
    return this.settings.checkpointFile ?? null;
  }

  get exists(): boolean {
    return this.path !== null && existsSync(this.path);
  }

  /** Returns when they are on the disk; none makes the file. @throws StartError where that cannot be written */
  async append(checkpoints: readonly Pick<RememberedCheckpoint, 'note'>[]): Promise<void> {
    const file = await this.openFile(this.path!, 'a+');
    try {
      const cutOff = await endsInTheMiddle(file);
      await file.appendFile((cutOff ? '\n' : '') + checkpoints.map(lineOf).join(''));
      await file.sync();
      this.appended += checkpoints.length;
    } finally {
      await file.close();
    }
  }

  /** Of each tenant the last one, and how many lines there are. @throws StartError where it cannot be read */
  async latest(): Promise<{ checkpoints: Map<TenantId, RememberedCheckpoint>; lines: number }> {
    const checkpoints = new Map<TenantId, RememberedCheckpoint>();
    let lines = 0;
    if (!this.exists) return { checkpoints, lines };
    await (await this.openFile(this.path!, 'r')).close();
    for await (const line of createInterface({ input: createReadStream(this.path!), crlfDelay: Infinity })) {
      lines++;
      const read = parseLine(line);
      if (!read) {
        if (line.trim() !== '') this.log.error(`line ${lines} of ${this.path} is no checkpoint and is passed over`);
        continue;
      }
      const known = checkpoints.get(read.tenantId);
      if (!known || isLater(read, known)) checkpoints.set(read.tenantId, read);
    }
    return { checkpoints, lines };
  }

  /** These and no others, all at once or not at all. Nobody may append meanwhile. */
  async replace(checkpoints: Iterable<RememberedCheckpoint>): Promise<void> {
    const beside = `${this.path}.new`;
    const file = await this.openFile(beside, 'w');
    try {
      for (const checkpoint of checkpoints) await file.appendFile(lineOf(checkpoint));
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(beside, this.path!);
    await syncFolder(path.dirname(this.path!));
    this.appended = 0;
  }

  private async openFile(at: string, flags: 'a+' | 'r' | 'w'): Promise<FileHandle> {
    try {
      return await open(at, flags, 0o600);
    } catch (cause) {
      const { message } = cause as Error;
      throw new StartError(`The file of checkpoints cannot be used (${message})`, 'Make its folder and give this user access to it, or set TENURE_CHECKPOINT_FILE to another place', { cause });
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

async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  await handle.sync().finally(() => handle.close());
}
