import { Injectable, Logger } from '@nestjs/common';
import { Interval } from '@nestjs/schedule';
import { PolicyPreviewsRepository } from './policy-previews.repository.js';

const EVERY_MS = 10 * 60_000;

/** Removes previews that are too old to be used. What is late is not used either: its age is looked at when it is asked for. */
@Injectable()
export class PreviewPruning {
  private readonly log = new Logger(PreviewPruning.name);

  constructor(private readonly previews: PolicyPreviewsRepository) {}

  @Interval(EVERY_MS)
  async tick(): Promise<void> {
    await this.prune().catch((error: Error) => this.log.warn(`old previews stay for another while: ${error.message}`));
  }

  async prune(): Promise<void> {
    while (await this.previews.prune());
  }
}
