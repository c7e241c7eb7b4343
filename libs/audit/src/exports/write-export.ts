import { createHash } from 'node:crypto';
import { type HashOf, type NodeId, subtreesOf } from '../tree/ranges.js';
import { type ExportHeader, type ExportLine, lineOf } from './export-lines.js';
import type { ExportSource, ShownEntry, SignedSize } from './export-source.js';
import { sealStatement } from './statements.js';

/** So many positions are looked at together. */
const WINDOW = 500;

export interface ExportPlan {
  header: ExportHeader;
  /** over the last entry */
  checkpoint: SignedSize;
  /** a size that nothing may be left out across: whoever holds a checkpoint of it wants to compare; null: none */
  since: number | null;
  /** signs a statement as a note */
  sign: (text: string) => Promise<string>;
}

/** The export, a piece at a time, as it is asked for; needs memory for one piece. The seal comes last, so what was cut off has none. */
export async function* writeExport({ header, checkpoint, since, sign }: ExportPlan, source: ExportSource): AsyncGenerator<string> {
  const hash = createHash('sha256');
  const told = (lines: ExportLine[]): string => {
    const text = lines.map(lineOf).join('');
    hash.update(text);
    return text;
  };
  yield told([header]);
  const body = new ExportBody(source, since);
  for (let from = 1; from <= checkpoint.size; from += WINDOW) {
    const lines = await body.window(from, Math.min(from + WINDOW - 1, checkpoint.size), checkpoint.size);
    if (lines.length > 0) yield told(lines);
  }
  yield told([{ kind: 'checkpoint', note: checkpoint.note }]);
  yield lineOf({ kind: 'seal', note: await sign(sealStatement(header.origin, hash.digest())) });
}

/** A gap whose hashes are yet to be looked up. */
type Draft = ExportLine | { kind: 'open-gap'; from: number; to: number };

class ExportBody {
  /** the first position that nothing was said of yet */
  private next = 1;

  constructor(
    private readonly source: ExportSource,
    private readonly since: number | null,
  ) {}

  async window(from: number, to: number, end: number): Promise<ExportLine[]> {
    const entries = await this.source.shown(from, to);
    const checkpoints = entries.length === 0 ? [] : await this.source.checkpoints(from, Math.min(to, end - 1));
    const drafts = [...entries.flatMap((entry) => this.upTo(entry, checkpoints)), ...(to === end ? this.gapsTo(end) : [])];
    const nodes = drafts.flatMap((draft): NodeId[] => (draft.kind === 'open-gap' ? subtreesOf({ from: draft.from - 1, to: draft.to }) : []));
    const hashOf = nodes.length === 0 ? null : await this.source.hashes(nodes);
    return drafts.map((draft) => (draft.kind === 'open-gap' ? closed(draft.from, draft.to, hashOf!) : draft));
  }

  private upTo(entry: ShownEntry, checkpoints: SignedSize[]): Draft[] {
    const before = this.gapsTo(entry.position - 1);
    this.next = entry.position + 1;
    const signed = checkpoints.find(({ size }) => size === entry.position);
    return [...before, toLine(entry), ...(signed ? [{ kind: 'checkpoint' as const, note: signed.note }] : [])];
  }

  private gapsTo(to: number): Draft[] {
    const from = this.next;
    if (from > to) return [];
    this.next = to + 1;
    const split = this.since !== null && from <= this.since && this.since < to ? this.since : null;
    if (split === null) return [{ kind: 'open-gap', from, to }];
    return [
      { kind: 'open-gap', from, to: split },
      { kind: 'open-gap', from: split + 1, to },
    ];
  }
}

function closed(from: number, to: number, hashOf: HashOf): ExportLine {
  return { kind: 'gap', from, to, hashes: subtreesOf({ from: from - 1, to }).map((node) => [node.level, hashOf(node).toString('base64')]) };
}

function toLine({ position, leaf, canonical, personal }: ShownEntry): ExportLine {
  const inTree = leaf && leaf.toString('base64');
  if (canonical === null) return { kind: 'missing', position, leaf: inTree };
  const shown = personal && { personal: personal.clear, ...(personal.key && { personalKey: personal.key.toString('base64') }) };
  return { kind: 'entry', position, leaf: inTree, canonical, ...shown };
}
