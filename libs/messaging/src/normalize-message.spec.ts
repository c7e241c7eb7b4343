import { statusOf, typeOf } from './normalize-message.js';

describe('a message that was seen', () => {
  it.each([
    ['a plain text', { kind: 'conversation', text: 'hi' }, 'text'],
    ['a text with a preview', { kind: 'extendedTextMessage', text: 'hi' }, 'text'],
    ['a picture with a caption', { kind: 'imageMessage', text: 'hi' }, 'image'],
    ['a sticker', { kind: 'stickerMessage', text: null }, 'sticker'],
    ['a kind we do not know', { kind: 'somethingNew', text: null }, 'somethingNew'],
  ])('as %s', (_what, seen, type) => {
    expect(typeOf(seen)).toBe(type);
  });

  it('is received when somebody else wrote it, sent when we did', () => {
    expect([statusOf({ fromMe: false }), statusOf({ fromMe: true })]).toEqual(['received', 'sent']);
  });
});
