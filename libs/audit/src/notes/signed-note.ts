import { parseBase64 } from './base64.js';
import { NoteError } from './note.errors.js';
import type { NoteSigner } from './note-signer.js';

export interface NoteSignature {
  name: string;
  /** 8 hexadecimal digits */
  keyId: string;
  signature: Buffer;
}

export interface Note {
  /** what is signed, its last newline included */
  text: string;
  signatures: NoteSignature[];
}

const ID_BYTES = 4;
const MOST_SIGNATURES = 100;
const DASH = '\u2014 ';

/** The form of https://c2sp.org/signed-note: a text, an empty line, a line for each signature. */
export function signNote(text: string, signers: readonly NoteSigner[]): string {
  if (!text.endsWith('\n')) throw new Error('The text of a note ends with a newline');
  return `${text}\n${signers.map((signer) => signatureLine(text, signer)).join('')}`;
}

/** Reads it and checks nothing but its form. @throws NoteError */
export function parseNote(note: string): Note {
  const end = note.lastIndexOf('\n\n');
  if (end < 0 || !note.endsWith('\n')) throw new NoteError('This is no signed note: one is a text, an empty line, and lines of signatures');
  const lines = note.slice(end + 2).split('\n').slice(0, -1);
  if (lines.length === 0) throw new NoteError('The note has no signature');
  if (lines.length > MOST_SIGNATURES) throw new NoteError(`The note has more than ${MOST_SIGNATURES} signatures`);
  return { text: note.slice(0, end + 1), signatures: lines.map(parseSignature) };
}

function signatureLine(text: string, signer: NoteSigner): string {
  const bytes = Buffer.concat([Buffer.from(signer.key.id, 'hex'), signer.sign(text)]);
  return `${DASH}${signer.key.name} ${bytes.toString('base64')}\n`;
}

function parseSignature(line: string, index: number): NoteSignature {
  const [, name, encoded] = /^\u2014 ([^\s+]+) (\S+)$/u.exec(line) ?? [];
  const bytes = encoded === undefined ? null : parseBase64(encoded);
  if (name === undefined || bytes === null || bytes.length <= ID_BYTES) throw new NoteError(`Line ${index + 1} of the note's signatures is no signature`);
  return { name, keyId: bytes.toString('hex', 0, ID_BYTES), signature: bytes.subarray(ID_BYTES) };
}
