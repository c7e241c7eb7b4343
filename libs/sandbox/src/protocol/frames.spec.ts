import fc from 'fast-check';
import { frame, FrameReader, INTRODUCTION } from './frames.js';

const routingHint = (length: number) => Buffer.concat([Buffer.from('ED'), Buffer.from([0, 1, 0, 0, length]), Buffer.alloc(length, 7)]);
const contents = fc.array(fc.uint8Array({ maxLength: 300 }), { maxLength: 6 });

describe('the byte stream of a client', () => {
  it('becomes the same frames however it is cut', () => {
    const cuts = fc.array(fc.nat(60), { minLength: 1, maxLength: 40 });
    fc.assert(
      fc.property(contents, cuts, fc.option(fc.nat(40)), (frames, lengths, routing) => {
        const stream = Buffer.concat([...(routing === null ? [] : [routingHint(routing)]), INTRODUCTION, ...frames.map(frame)]);
        const read = cut(stream, lengths);
        expect(read.map((content) => content.toString('hex'))).toEqual(frames.map((content) => Buffer.from(content).toString('hex')));
      }),
    );
  });

  it.each(['GET / HTTP/1.1', '\x16\x03\x01\x02\x00', 'WA\x05\x00'])('is refused when it begins with %j', (text) => {
    expect(() => new FrameReader().push(Buffer.from(text))).toThrow('not a WhatsApp client');
  });
});

function cut(stream: Buffer, lengths: number[]): Buffer[] {
  const reader = new FrameReader();
  const frames: Buffer[] = [];
  for (let start = 0, piece = 0; start < stream.length; piece++) {
    const end = start + Math.max(1, lengths[piece % lengths.length]!);
    frames.push(...reader.push(stream.subarray(start, end)));
    start = end;
  }
  return frames;
}
