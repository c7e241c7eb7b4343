import { createHash } from 'node:crypto';
import type { BodyLine, ExportHeader } from '../exports/export-lines.js';
import { sealStatement } from '../exports/statements.js';
import { ExportFold, type Tally } from './export-fold.js';
import { NotVerified } from './faults.js';
import { HeldCheckpoint } from './held-checkpoint.js';
import { inWords } from './in-words.js';
import type { KnownKeys } from './known-keys.js';
import { parseBody, parseHeader } from './parse-line.js';
import type { Line } from './read-lines.js';

export interface VerifiedExport extends Tally {
  header: ExportHeader;
}

/** Line by line, however long it is; `held`: a checkpoint that the reader had before. @throws NotVerified, NotReadable */
export async function verifyExport(first: Line, rest: AsyncIterable<Line>, keys: KnownKeys, held: string | null): Promise<VerifiedExport> {
  const header = parseHeader(first.text);
  const before = held === null ? null : HeldCheckpoint.of(keys.openHeld(held), header);
  const fold = new ExportFold(header, before);
  const hash = createHash('sha256').update(first.bytes);
  let sealed = false;
  for await (const { n, text, bytes } of rest) {
    if (sealed) throw new NotVerified(`line ${n}: something follows the seal, which is the last line`);
    const line = parseBody(text);
    if (!line) throw new NotVerified(`line ${n} was altered: it is no line of an export; it follows ${after(fold)}`);
    if (line.kind === 'seal') requireSeal(line.note, sealStatement(header.origin, hash.digest()), keys, fold);
    else take(fold, line, keys);
    sealed = line.kind === 'seal';
    if (!sealed) hash.update(bytes);
  }
  before?.requireMet(fold.size);
  if (!sealed) throw new NotVerified(`the file ends after ${after(fold)}, of ${inWords(header.size)}: the rest of it is missing`);
  return { header, ...fold.tally };
}

function take(fold: ExportFold, line: Exclude<BodyLine, { kind: 'seal' }>, keys: KnownKeys): void {
  switch (line.kind) {
    case 'entry':
      return fold.entry(line);
    case 'missing':
      return fold.missing(line);
    case 'gap':
      return fold.gap(line);
    case 'checkpoint':
      return fold.checkpoint(keys.openCheckpoint(line.note, `the checkpoint after ${after(fold)}`));
  }
}

/** What no checkpoint is over is over by this: the header, and personal data that has no key of its own. */
function requireSeal(note: string, expected: string, keys: KnownKeys, fold: ExportFold): void {
  if (!fold.isSigned) throw new NotVerified(`no checkpoint is over ${after(fold)}, the last`);
  if (keys.openStatement(note, 'the seal in the last line') !== expected)
    throw new NotVerified('every entry is as it was signed, and what stands beside them is not: the header, a checkpoint, or personal data that cannot be checked by itself was altered, or lines were taken away');
}

const after = ({ size }: ExportFold): string => (size === 0 ? 'the header' : `entry ${inWords(size)}`);
