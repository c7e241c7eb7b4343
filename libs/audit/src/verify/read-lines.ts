import { NotVerified } from './faults.js';

/** A line of an export is at most as long as an entry, and an entry is small. */
const LONGEST = 8 * 1024 * 1024;
const NEWLINE = 10;

export interface Line {
  /** from 1 */
  n: number;
  text: string;
  /** with its newline */
  bytes: Buffer;
}

/** The lines of a file as it comes, one at a time. @throws NotVerified for one that is too long, is no UTF-8 or has no end */
export async function* readLines(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Line> {
  let n = 0;
  let rest: Buffer = Buffer.alloc(0);
  for await (const chunk of chunks) {
    let bytes: Buffer = rest.length === 0 ? asBuffer(chunk) : Buffer.concat([rest, chunk]);
    for (let end = bytes.indexOf(NEWLINE, rest.length); end >= 0; end = bytes.indexOf(NEWLINE)) {
      yield { n: ++n, text: decode(bytes.subarray(0, end), n), bytes: bytes.subarray(0, end + 1) };
      bytes = bytes.subarray(end + 1);
      rest = Buffer.alloc(0);
    }
    if (bytes.length > LONGEST) throw new NotVerified(`line ${n + 1} is longer than any line of an export`);
    rest = bytes;
  }
  if (rest.length > 0) throw new NotVerified(`the file ends in the middle of line ${n + 1}`);
}

const asBuffer = (chunk: Uint8Array): Buffer => Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
const UTF8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

function decode(bytes: Buffer, n: number): string {
  try {
    return UTF8.decode(bytes);
  } catch {
    throw new NotVerified(`line ${n} is not UTF-8`);
  }
}
