import { type BeforeApplicationShutdown, Injectable, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import { OnEvent } from '@nestjs/event-emitter';
import { Interval } from '@nestjs/schedule';
import { JOURNAL_APPENDED, type JournalAppended } from '#libs/platform';
import { TombstoneFile } from './tombstone-file.js';
import { TombstonesRepository } from './tombstones.repository.js';

const EVERY_MS = 5_000;
const BATCH = 500;

/**
 * Appends a tombstone for every certificate that has none, right after its purge or, when a process died in between, soon. Whoever dies between
 * the file and the database appends a line twice, which says the same. Workers that know no file leave it to those that do.
 */
@Injectable()
export class TombstoneWriter implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private writing: Promise<void> | null = null;
  private readonly log = new Logger(TombstoneWriter.name);

  constructor(
    private readonly file: TombstoneFile,
    private readonly tombstones: TombstonesRepository,
  ) {}

  /** A file that is not there is written anew. @throws StartError where it cannot be written */
  async onApplicationBootstrap(): Promise<void> {
    if (this.file.path === null) return;
    if (!this.file.exists) await this.tombstones.forgetWritten();
    await this.file.append([]);
  }

  @OnEvent(JOURNAL_APPENDED)
  onJournalled({ type }: JournalAppended): void {
    if (type === 'instance.purged') void this.write();
  }

  @Interval(EVERY_MS)
  async write(): Promise<void> {
    if (this.file.path === null) return;
    this.writing ??= this.writeAll().catch((error: Error) => this.log.error(`tombstones could not be written and are tried again: ${error.message}`));
    await this.writing;
    this.writing = null;
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.writing;
  }

  private async writeAll(): Promise<void> {
    while ((await this.tombstones.writeNext(BATCH, (tombstones) => this.file.append(tombstones))) === BATCH);
  }
}
