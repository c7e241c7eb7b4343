import type { ExportLine } from '../src/exports/export-lines.js';
import type { MemoryLog } from './memory-log.js';

/** A number from 0 to below `n`. */
export type Dice = (n: number) => number;

export interface Tampered {
  what: string;
  text: string | Buffer;
  /** what the verdict has to say; of a change that may be anywhere: something that places it */
  says: RegExp;
}
type Tampering = (text: string, dice: Dice, log: MemoryLog) => Tampered;

const PLACED = /entry [\d,]+|entries [\d,]+ to|line \d+|between |checkpoint|the seal|the header|it does not begin like one|neither an export|every entry is as it was signed/;
const linesOf = (text: string): string[] => text.split('\n').slice(0, -1);
const joined = (lines: string[]): string => lines.map((line) => `${line}\n`).join('');
const read = (line: string): ExportLine => JSON.parse(line) as ExportLine;
const entryAt = (lines: string[], dice: Dice): number => {
  const at = lines.flatMap((line, n) => (read(line).kind === 'entry' ? [n] : []));
  return at[dice(at.length)]!;
};
const positionAt = (line: string): number => (read(line) as { position: number }).position;
/** Of one entry, by number or among several. */
const about = (position: number): RegExp => new RegExp(`\\b(entry ${position}|entries ${position} to)\\b`);

/** Each does to a clean export what somebody might who wants it to say something else. */
export const TAMPERINGS: Record<string, Tampering> = {
  'a bit of the file flipped': (text, dice) => {
    const bytes = Buffer.from(text);
    const at = dice(bytes.length);
    bytes[at]! ^= 1 << dice(8);
    return { what: `bit of byte ${at}`, text: bytes, says: PLACED };
  },
  'an entry altered': (text, dice) => {
    const lines = linesOf(text);
    const at = entryAt(lines, dice);
    const position = positionAt(lines[at]!);
    lines[at] = lines[at]!.replace('\\"system\\"', '\\"api_key\\"');
    return { what: `actor of ${position}`, text: joined(lines), says: new RegExp(`entry ${position} was altered`) };
  },
  'an entry deleted': (text, dice) => {
    const lines = linesOf(text);
    const at = entryAt(lines, dice);
    const position = positionAt(lines[at]!);
    return { what: `entry ${position}`, text: joined(lines.toSpliced(at, 1)), says: new RegExp(`${about(position).source}.*missing|the checkpoint over ${position} entries stands after`) };
  },
  'two entries swapped': (text, dice) => {
    const lines = linesOf(text);
    const [one, other] = [entryAt(lines, dice), entryAt(lines, dice)].sort((a, b) => a - b) as [number, number];
    if (one === other) return TAMPERINGS['an entry deleted']!(text, dice, undefined as unknown as MemoryLog);
    const position = positionAt(lines[one]!);
    return { what: `entry ${position}`, text: joined(lines.with(one, lines[other]!).with(other, lines[one]!)), says: about(position) };
  },
  'an entry repeated': (text, dice) => {
    const lines = linesOf(text);
    const at = entryAt(lines, dice);
    const position = positionAt(lines[at]!);
    return { what: `entry ${position}`, text: joined(lines.toSpliced(at, 0, lines[at]!)), says: new RegExp(`entry ${position} is there again`) };
  },
  'an entry inserted': (text, dice, log) => {
    const lines = linesOf(text);
    const at = entryAt(lines, dice);
    const position = positionAt(lines[at]!);
    const forged = log.rewritten(position).entries[position - 1]!;
    const line = { kind: 'entry', position, leaf: forged.leaf!.toString('base64'), canonical: forged.canonical };
    return { what: `entry ${position}`, text: joined(lines.toSpliced(at, 0, JSON.stringify(line))), says: new RegExp(`entry ${position} is there again`) };
  },
  'an entry replaced together with its leaf': (text, dice, log) => {
    const lines = linesOf(text);
    const at = entryAt(lines, dice);
    const position = positionAt(lines[at]!);
    const forged = log.rewritten(position).entries[position - 1]!;
    const line = { kind: 'entry', position, leaf: forged.leaf!.toString('base64'), canonical: forged.canonical };
    return { what: `entry ${position}`, text: joined(lines.with(at, JSON.stringify(line))), says: between(lines, at) };
  },
  'the end cut off': (text, dice) => {
    const cut = 1 + dice(text.length - 2);
    return { what: `after ${cut}`, text: text.slice(0, cut), says: /the file ends|it does not begin like one|neither an export/ };
  },
  'a line deleted': (text, dice) => {
    const lines = linesOf(text);
    const at = dice(lines.length);
    return { what: `line ${at + 1}`, text: joined(lines.toSpliced(at, 1)), says: PLACED };
  },
};

/** The checkpoints on both sides of a line. */
function between(lines: string[], at: number): RegExp {
  const sizeOf = (line: string): number => Number((read(line) as { note: string }).note.split('\n')[1]);
  const before = lines.slice(0, at).filter((line) => read(line).kind === 'checkpoint').map(sizeOf).at(-1);
  const next = sizeOf(lines.slice(at).find((line) => read(line).kind === 'checkpoint')!);
  return new RegExp(`between ${before === undefined ? 'the beginning' : `checkpoint ${before}`} and checkpoint ${next} something`);
}
