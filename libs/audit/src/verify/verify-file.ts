import { EXPORT_KIND } from '../exports/export-lines.js';
import { NotReadable } from './faults.js';
import type { KnownKeys } from './known-keys.js';
import { readLines } from './read-lines.js';
import { type VerifiedCertificate, verifyCertificate } from './verify-certificate.js';
import { type VerifiedExport, verifyExport } from './verify-export.js';

export type Verified = { kind: 'export'; export: VerifiedExport } | { kind: 'certificate'; certificate: VerifiedCertificate };
type Chunks = AsyncIterable<Uint8Array>;

const BEGINNING = `{"kind":"${EXPORT_KIND}"`;
/** A certificate is small, and whoever keeps it may have laid it out over several lines. */
const LONGEST_CERTIFICATE = 1024 * 1024;

/** An export, however long it is, or a certificate. `held`: a checkpoint that the reader had before, as a note. @throws NotVerified, NotReadable */
export async function verifyFile(chunks: Chunks, keys: KnownKeys, held: string | null): Promise<Verified> {
  const { beginning, all } = await lookAhead(chunks, BEGINNING.length);
  if (beginning.toString('latin1').startsWith(BEGINNING)) {
    const lines = readLines(all);
    const first = await lines.next();
    if (first.done) throw new NotReadable('the file is empty');
    return { kind: 'export', export: await verifyExport(first.value, lines, keys, held) };
  }
  if (held !== null) throw new NotReadable('only an export is compared with a checkpoint that you hold, and this is none');
  return { kind: 'certificate', certificate: verifyCertificate(await textOf(all), keys) };
}

/** The first so many bytes, or more, and everything with them. */
async function lookAhead(chunks: Chunks, bytes: number): Promise<{ beginning: Buffer; all: Chunks }> {
  const rest = chunks[Symbol.asyncIterator]();
  let beginning: Buffer = Buffer.alloc(0);
  while (beginning.length < bytes) {
    const next = await rest.next();
    if (next.done) break;
    beginning = Buffer.concat([beginning, next.value]);
  }
  return { beginning, all: joined(beginning, rest) };
}

async function* joined(beginning: Buffer, rest: AsyncIterator<Uint8Array>): AsyncGenerator<Uint8Array> {
  yield beginning;
  for (let next = await rest.next(); !next.done; next = await rest.next()) yield next.value;
}

async function textOf(chunks: Chunks): Promise<string> {
  const parts: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of chunks) {
    bytes += chunk.length;
    if (bytes > LONGEST_CERTIFICATE) throw new NotReadable('this is no export of the audit: it does not begin like one');
    parts.push(chunk);
  }
  return Buffer.concat(parts).toString();
}
