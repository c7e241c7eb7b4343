import { HASH_BYTES } from '../tree/hashing.js';
import { parseBase64 } from './base64.js';
import { NoteError } from './note.errors.js';
import { parseNote } from './signed-note.js';
import { isSignedBy, type VerifierKey } from './verifier-key.js';

/** What a checkpoint says: the log of this name had these many leaves, and this was its root. */
export interface Checkpoint {
  origin: string;
  size: number;
  root: Buffer;
}

export interface OpenedCheckpoint extends Checkpoint {
  /** ids of the given keys that signed it, at least one */
  keyIds: string[];
}

/** The text that is signed, in the form of https://c2sp.org/tlog-checkpoint. */
export function formatCheckpoint({ origin, size, root }: Checkpoint): string {
  return `${origin}\n${size}\n${root.toString('base64')}\n`;
}

/** What a note says, whoever signed it. @throws NoteError */
export function readCheckpoint(note: string): Checkpoint {
  return parseCheckpoint(parseNote(note).text);
}

/** What a note says that at least one of these keys signed; signatures of others are passed over. @throws NoteError, also when one of them did not sign what it is said to have signed */
export function openCheckpoint(note: string, keys: readonly VerifierKey[]): OpenedCheckpoint {
  const { text, signatures } = parseNote(note);
  const checkpoint = parseCheckpoint(text);
  const keyIds = new Set<string>();
  for (const { name, keyId, signature } of signatures) {
    const key = keys.find((one) => one.name === name && one.id === keyId);
    if (!key) continue;
    if (!isSignedBy(key, text, signature)) throw new NoteError(`The checkpoint of size ${checkpoint.size} was altered, or ${name} (${keyId}) did not sign it`);
    keyIds.add(keyId);
  }
  if (keyIds.size === 0) throw new NoteError(`None of the given public keys signed the checkpoint of size ${checkpoint.size}; it names ${namesOf(signatures)}`);
  return { ...checkpoint, keyIds: [...keyIds] };
}

function parseCheckpoint(text: string): Checkpoint {
  const [origin, digits, encoded] = text.split('\n');
  const root = encoded === undefined ? null : parseBase64(encoded);
  if (!origin || digits === undefined || !/^(0|[1-9]\d*)$/.test(digits) || root?.length !== HASH_BYTES) {
    throw new NoteError('The note is no checkpoint: one has a line each for its log, its size and its root');
  }
  if (!Number.isSafeInteger(Number(digits))) throw new NoteError(`The checkpoint is of an impossible size, ${digits}`);
  return { origin, size: Number(digits), root };
}

const namesOf = (signatures: readonly { name: string; keyId: string }[]): string => signatures.map(({ name, keyId }) => `${name} (${keyId})`).join(', ');
