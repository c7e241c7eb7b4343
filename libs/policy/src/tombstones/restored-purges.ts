import { Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import { PurgeAgain } from './purge-again.js';
import { TombstoneFile } from './tombstone-file.js';
import { TombstonesRepository } from './tombstones.repository.js';

const BATCH = 500;

/**
 * Before anything else runs, no session and no request: what the file says is purged and this database, a restored backup, has alive is purged again.
 * A start that cannot do that fails.
 */
@Injectable()
export class RestoredPurges implements OnModuleInit {
  private readonly log = new Logger(RestoredPurges.name);

  constructor(
    private readonly file: TombstoneFile,
    private readonly tombstones: TombstonesRepository,
    private readonly again: PurgeAgain,
  ) {}

  async onModuleInit(): Promise<void> {
    let purged = 0;
    for await (const batch of this.file.batches(BATCH)) {
      for (const tombstone of await this.tombstones.alive(batch)) if (await this.again.purge(tombstone)) purged++;
    }
    if (purged > 0) this.log.warn(`${purged} instances had been purged and were in the database again, as in a restored backup: they are purged again`);
  }
}
