import { formatVerifierKey } from '../src/notes/verifier-key.js';
import { NotReadable, NotVerified } from '../src/verify/faults.js';
import { KnownKeys } from '../src/verify/known-keys.js';
import { verifyFile } from '../src/verify/verify-file.js';
import type { MemoryLog } from './memory-log.js';

/** What an auditor is told: `verifies`, or a sentence. In small pieces, as a file may come. */
export async function verdictOn(text: string | Buffer, log: Pick<MemoryLog, 'signer'>, held: string | null = null): Promise<string> {
  try {
    await verifyFile(inPieces(Buffer.from(text)), KnownKeys.parse(formatVerifierKey(log.signer.key)), held);
    return 'verifies';
  } catch (error) {
    if (error instanceof NotVerified || error instanceof NotReadable) return error.message;
    throw error;
  }
}

const PIECE = 10_007;
async function* inPieces(bytes: Buffer): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += PIECE) yield bytes.subarray(at, at + PIECE);
}
