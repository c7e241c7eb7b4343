import { Injectable, Logger } from '@nestjs/common';
import type { TenantId } from '#libs/contracts';
import { LineFile } from '#libs/platform';
import { AuditSettings } from './audit.settings.js';
import { isLater, lineOf, parseLine, type RememberedCheckpoint } from './signed-checkpoint.js';

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
    return this.path !== null && this.file.exists;
  }

  /** Returns when they are on the disk; none makes the file. @throws StartError where that cannot be written */
  async append(checkpoints: readonly Pick<RememberedCheckpoint, 'note'>[]): Promise<void> {
    await this.file.append(checkpoints.map(lineOf));
    this.appended += checkpoints.length;
  }

  /** Of each tenant the last one, and how many lines there are. @throws StartError where it cannot be read */
  async latest(): Promise<{ checkpoints: Map<TenantId, RememberedCheckpoint>; lines: number }> {
    const checkpoints = new Map<TenantId, RememberedCheckpoint>();
    let lines = 0;
    if (this.path === null) return { checkpoints, lines };
    for await (const { n, text } of this.file.lines()) {
      lines = n;
      const read = parseLine(text);
      if (!read) {
        if (text.trim() !== '') this.log.error(`line ${n} of ${this.path} is no checkpoint and is passed over`);
        continue;
      }
      const known = checkpoints.get(read.tenantId);
      if (!known || isLater(read, known)) checkpoints.set(read.tenantId, read);
    }
    return { checkpoints, lines };
  }

  /** These and no others, all at once or not at all. Nobody may append meanwhile. */
  async replace(checkpoints: Iterable<RememberedCheckpoint>): Promise<void> {
    await this.file.replace(Array.from(checkpoints, lineOf));
    this.appended = 0;
  }

  /** Where one is kept. */
  private get file(): LineFile {
    return new LineFile(this.path!, { name: 'The file of checkpoints', setting: 'TENURE_CHECKPOINT_FILE' });
  }
}
