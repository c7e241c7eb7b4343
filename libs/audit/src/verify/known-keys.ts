import { type OpenedCheckpoint, openCheckpoint } from '../notes/checkpoint.js';
import { parseNote } from '../notes/signed-note.js';
import { isSignedBy, parseVerifierKeys, type VerifierKey } from '../notes/verifier-key.js';
import { NotReadable, NotVerified } from './faults.js';

/** The public keys that the reader trusts: only what one of them signed counts. */
export class KnownKeys {
  private constructor(private readonly keys: readonly VerifierKey[]) {}

  /** A file of them, one a line. @throws NotReadable */
  static parse(text: string): KnownKeys {
    try {
      return new KnownKeys(parseVerifierKeys(text));
    } catch (error) {
      throw new NotReadable(`the file of public keys cannot be used: ${(error as Error).message}`);
    }
  }

  /** `what` is the subject of the sentence. @throws NotVerified */
  openCheckpoint(note: string, what: string): OpenedCheckpoint {
    return orElse(() => openCheckpoint(note, this.keys), (why) => new NotVerified(`${what} does not count: ${why}`));
  }

  /** The checkpoint that the reader brings along. @throws NotReadable */
  openHeld(note: string): OpenedCheckpoint {
    return orElse(() => openCheckpoint(note, this.keys), (why) => new NotReadable(`the checkpoint you hold cannot be used: ${why}`));
  }

  /** The text of a note that is no checkpoint. @throws NotVerified */
  openStatement(note: string, what: string): string {
    const { text, signatures } = orElse(() => parseNote(note), (why) => new NotVerified(`${what} does not count: ${why}`));
    const known = signatures.flatMap(({ name, keyId, signature }) => this.keys.filter((key) => key.name === name && key.id === keyId).map((key) => isSignedBy(key, text, signature)));
    if (known.length === 0) throw new NotVerified(`${what} does not count: none of the given public keys signed it`);
    if (known.includes(false)) throw new NotVerified(`${what} was altered: it is not what was signed`);
    return text;
  }
}

function orElse<T>(read: () => T, fault: (why: string) => Error): T {
  try {
    return read();
  } catch (error) {
    throw fault((error as Error).message);
  }
}
