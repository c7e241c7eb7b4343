import type { EntryLine, ExportHeader, GapLine, MissingLine } from '../exports/export-lines.js';
import type { OpenedCheckpoint } from '../notes/checkpoint.js';
import { CompactRange } from '../tree/compact-range.js';
import { leafHash } from '../tree/hashing.js';
import { subtreesOf } from '../tree/ranges.js';
import { checkPersonal, type PersonalCheck } from './check-personal.js';
import { readCanonical } from './entry.js';
import { NotVerified } from './faults.js';
import { entriesOf, inWords } from './in-words.js';
import type { HeldCheckpoint } from './held-checkpoint.js';

export interface Tally {
  shown: number;
  leftOut: number;
  checkpoints: number;
  personal: Record<PersonalCheck, number>;
}

/** Folds an export into the root of its tree, entry by entry, and compares it wherever a checkpoint says what it is. Needs as much memory as a proof. */
export class ExportFold {
  readonly tally: Tally = { shown: 0, leftOut: 0, checkpoints: 0, personal: { checked: 0, uncheckable: 0, none: 0 } };
  private readonly range = CompactRange.empty();
  private signed = 0;

  constructor(
    private readonly header: ExportHeader,
    /** from the same log, at an earlier time; null: none is held */
    private readonly held: HeldCheckpoint | null,
  ) {}

  get size(): number {
    return this.range.size;
  }

  /** Whether a checkpoint is over everything that was taken. */
  get isSigned(): boolean {
    return this.signed === this.size;
  }

  entry(line: EntryLine): void {
    this.requireNext(line.position);
    const { position, leaf, canonical } = line;
    const hash = leafHash(canonical);
    if (leaf === null) throw new NotVerified(`${entriesOf(position, position)} has lost its leaf: the tree does not know it`);
    if (!hash.equals(Buffer.from(leaf, 'base64'))) throw new NotVerified(`${entriesOf(position, position)} was altered: its leaf in the tree was made of something else`);
    this.tally.personal[checkPersonal(line, readCanonical(canonical, { position, tenantId: this.header.tenantId }))]++;
    this.tally.shown++;
    this.append(0, hash);
  }

  missing({ position }: MissingLine): void {
    this.requireNext(position);
    throw new NotVerified(`${entriesOf(position, position)} is missing: the tree has a place for it, and the journal has no such entry`);
  }

  gap({ from, to, hashes }: GapLine): void {
    this.requireNext(from);
    const nodes = subtreesOf({ from: from - 1, to });
    const isWhole = nodes.length > 0 && nodes.length === hashes.length && nodes.every(({ level }, n) => level === hashes[n]![0]);
    if (!isWhole) throw new NotVerified(`the hashes that stand for ${entriesOf(from, to)}, which are left out, are not those of so many entries`);
    this.tally.leftOut += to - from + 1;
    for (const [level, hash] of hashes) this.append(level, Buffer.from(hash, 'base64'));
  }

  checkpoint({ origin, size, root }: OpenedCheckpoint): void {
    if (origin !== this.header.origin) throw new NotVerified(`a checkpoint after entry ${inWords(this.size)} is of another log, ${origin}`);
    if (size !== this.size) throw new NotVerified(`the checkpoint over ${inWords(size)} entries stands after entry ${inWords(this.size)}`);
    if (!root.equals(this.range.root())) throw changed(`between ${this.signed === 0 ? 'the beginning' : `checkpoint ${inWords(this.signed)}`} and checkpoint ${inWords(size)}`);
    this.signed = size;
    this.tally.checkpoints++;
  }

  private append(level: number, hash: Buffer): void {
    this.range.appendSubtree(level, hash);
    if (this.held?.isDifferent(this.size, () => this.range.root())) throw changed(`up to checkpoint ${inWords(this.size)}, the one you hold,`);
  }

  private requireNext(position: number): void {
    const next = this.size + 1;
    if (position > next) throw new NotVerified(`${entriesOf(next, position - 1)} ${position - 1 > next ? 'are' : 'is'} missing: entry ${inWords(position)} follows ${this.place}`);
    if (position < next) throw new NotVerified(`entry ${inWords(position)} is there again, or at a wrong place: it follows ${this.place}`);
  }

  private get place(): string {
    return this.size === 0 ? 'the beginning' : `entry ${inWords(this.size)}`;
  }
}

const changed = (where: string): NotVerified => new NotVerified(`${where} something was added, removed or altered`);
