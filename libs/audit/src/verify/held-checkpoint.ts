import type { ExportHeader } from '../exports/export-lines.js';
import type { OpenedCheckpoint } from '../notes/checkpoint.js';
import { NotReadable, NotVerified } from './faults.js';
import { inWords } from './in-words.js';

/** A checkpoint that the reader had before: nothing that it is over may have changed since. */
export class HeldCheckpoint {
  private met = false;

  private constructor(private readonly checkpoint: OpenedCheckpoint) {}

  /** @throws NotReadable when it is of another log; NotVerified when the log was begun anew since */
  static of(checkpoint: OpenedCheckpoint, { origin }: ExportHeader): HeldCheckpoint {
    if (checkpoint.origin === origin) return new HeldCheckpoint(checkpoint);
    const [held, given] = [splitOrigin(checkpoint.origin), splitOrigin(origin)];
    if (held.log !== given.log) throw new NotReadable(`the checkpoint you hold is of another log: ${checkpoint.origin}, and not ${origin}`);
    if (held.generation > given.generation) throw new NotVerified(`this is older than the checkpoint you hold: generation ${given.generation} < ${held.generation}`);
    throw new NotVerified(`the log was begun anew since the checkpoint you hold: generation ${given.generation}, and not ${held.generation}. A backup was restored, or entries were taken away: audit.rolled_back says when`);
  }

  /** Whether the tree of so many entries is not the one that was signed. */
  isDifferent(size: number, root: () => Buffer): boolean {
    if (size !== this.checkpoint.size) return false;
    this.met = true;
    return !root().equals(this.checkpoint.root);
  }

  /** At the end. @throws NotVerified when it was not reached, or cannot be compared */
  requireMet(size: number): void {
    if (this.met) return;
    const held = inWords(this.checkpoint.size);
    if (size < this.checkpoint.size) throw new NotVerified(`this is older than the checkpoint you hold: size ${inWords(size)} < ${held}`);
    throw new NotVerified(`this cannot be compared with the checkpoint you hold: entry ${held} is in the middle of what is left out; ask for the export with since=${this.checkpoint.size}`);
  }
}

function splitOrigin(origin: string): { log: string; generation: number } {
  const end = origin.lastIndexOf('/');
  return { log: origin.slice(0, end), generation: Number(origin.slice(end + 1)) };
}
