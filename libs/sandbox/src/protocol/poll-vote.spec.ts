import fc from 'fast-check';
import { openVote, sealVote } from './poll-vote.js';

const ballot = { pollId: '3A00', creator: '5511999990001@s.whatsapp.net', voter: '5511999990002@s.whatsapp.net', secret: Buffer.alloc(32, 7) };
const OPTIONS = ['Pizza', 'Salad', 'Nothing'];

describe('a vote in a poll', () => {
  it('is read by whoever has the poll, in the order of its options', () => {
    fc.assert(
      fc.property(fc.subarray(OPTIONS), (chosen) => {
        expect(openVote(ballot, sealVote(ballot, [...chosen].reverse()), OPTIONS)).toEqual(chosen);
      }),
    );
  });

  it.each([
    ['another poll', { pollId: '3A01' }],
    ['the poll of somebody else', { creator: '5511999990003@s.whatsapp.net' }],
    ['another voter', { voter: '5511999990003@s.whatsapp.net' }],
    ['another secret', { secret: Buffer.alloc(32, 8) }],
  ])('cannot be read as one of %s', (_what, other) => {
    const sealed = sealVote(ballot, ['Pizza']);
    expect(() => openVote({ ...ballot, ...other }, sealed, OPTIONS)).toThrow();
  });
});
