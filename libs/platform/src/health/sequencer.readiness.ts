import { Injectable } from '@nestjs/common';
import { JournalBacklog } from '../journal/journal-backlog.js';
import { Sequencer } from '../journal/sequencer.js';
import { Readiness } from './readiness.js';

/** A round ends, if only with an error, well within this: no statement may take longer than 30 s, no wait for a connection 10. */
const LONGEST_ROUND_S = 90;
/** A batch of any size is positioned in less, so something is in the way. */
const LONGEST_LAG_S = 60;

/** What has happened must become visible: whether entries get their positions. */
@Injectable()
export class SequencerReadiness {
  constructor(
    private readonly sequencer: Sequencer,
    private readonly backlog: JournalBacklog,
    readiness: Readiness,
  ) {
    readiness.contribute('sequencer', () => this.check());
  }

  private async check(): Promise<string | null> {
    const silent = this.sequencer.silentSeconds;
    if (silent > LONGEST_ROUND_S) return `The sequencer of this process has stood still for ${Math.round(silent)} s.`;
    const { value } = await this.backlog.look.latest();
    if (!value || value.oldestSeconds <= LONGEST_LAG_S) return null;
    return `A journal entry has waited for its position for ${Math.round(value.oldestSeconds)} s; ${value.pending} wait.`;
  }
}
