/** The first bytes a client sends, also the prologue of its handshake: `WA`, the protocol's version, the dictionary's version. */
export const INTRODUCTION = Buffer.from([0x57, 0x41, 6, 3]);
const ROUTING = Buffer.from('ED');
const ROUTING_HEADER = 7;
const LENGTH = 3;

/** A frame on the wire: its length in three bytes, big-endian, and its content. */
export function frame(content: Uint8Array): Buffer {
  const length = Buffer.alloc(LENGTH);
  length.writeUIntBE(content.length, 0, LENGTH);
  return Buffer.concat([length, content]);
}

/** Cuts a byte stream into frames, after the introduction and the routing hint that may come before it. */
export class FrameReader {
  private pending: Buffer = Buffer.alloc(0);
  private introduced = false;

  /** The frames that are complete with this chunk. @throws when the stream does not begin as WhatsApp's does */
  push(chunk: Buffer): Buffer[] {
    this.pending = this.pending.length > 0 ? Buffer.concat([this.pending, chunk]) : chunk;
    this.introduced ||= this.readIntroduction();
    if (!this.introduced) return [];
    const frames: Buffer[] = [];
    for (let next = this.readFrame(); next; next = this.readFrame()) frames.push(next);
    return frames;
  }

  private readIntroduction(): boolean {
    const start = this.routingLength();
    if (start === null || this.pending.length < start + INTRODUCTION.length) return false;
    if (!this.pending.subarray(start, start + INTRODUCTION.length).equals(INTRODUCTION)) throw new Error('not a WhatsApp client');
    this.pending = this.pending.subarray(start + INTRODUCTION.length);
    return true;
  }

  /** Bytes of the routing hint: `ED`, two bytes, its length in three, itself. Null while not enough has arrived to tell. */
  private routingLength(): number | null {
    if (this.pending.length < ROUTING.length) return null;
    if (!this.pending.subarray(0, ROUTING.length).equals(ROUTING)) return 0;
    return this.pending.length < ROUTING_HEADER ? null : ROUTING_HEADER + this.pending.readUIntBE(4, LENGTH);
  }

  private readFrame(): Buffer | null {
    if (this.pending.length < LENGTH) return null;
    const end = LENGTH + this.pending.readUIntBE(0, LENGTH);
    if (this.pending.length < end) return null;
    const content = this.pending.subarray(LENGTH, end);
    this.pending = this.pending.subarray(end);
    return content;
  }
}
