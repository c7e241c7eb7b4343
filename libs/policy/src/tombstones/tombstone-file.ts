import { Injectable, Logger } from '@nestjs/common';
import { LineFile } from '#libs/platform';
import { lineOf, parseTombstone, type Tombstone } from './tombstone.js';
import { TombstoneSettings } from './tombstone.settings.js';

/** The file of tombstones: a line for each purge. */
@Injectable()
export class TombstoneFile {
  private readonly log = new Logger(TombstoneFile.name);

  constructor(private readonly settings: TombstoneSettings) {}

  /** Null: none is kept. */
  get path(): string | null {
    return this.settings.file ?? null;
  }

  get exists(): boolean {
    return this.path !== null && this.file.exists;
  }

  /** Returns when they are on the disk; none makes the file. @throws StartError where that cannot be written */
  append(tombstones: readonly Tombstone[]): Promise<void> {
    return this.file.append(tombstones.map(lineOf));
  }

  /** All of them, so many at a time. A line that is none is passed over, and told of. @throws StartError where it cannot be read */
  async *batches(size: number): AsyncGenerator<Tombstone[]> {
    if (this.path === null) return;
    let batch: Tombstone[] = [];
    for await (const tombstone of this.read()) {
      if (batch.push(tombstone) < size) continue;
      yield batch;
      batch = [];
    }
    if (batch.length > 0) yield batch;
  }

  private async *read(): AsyncGenerator<Tombstone> {
    for await (const { n, text } of this.file.lines()) {
      const tombstone = parseTombstone(text);
      if (tombstone) yield tombstone;
      else if (text.trim() !== '') this.log.error(`line ${n} of ${this.path} is no tombstone and is passed over`);
    }
  }

  /** Where one is kept. */
  private get file(): LineFile {
    return new LineFile(this.path!, { name: 'The file of tombstones', setting: 'TENURE_TOMBSTONE_FILE' });
  }
}
