import { InvalidRequest } from '#libs/platform';
import { chooseRepresentation } from './choose-representation.js';
import { recipientJid } from './recipient-jid.js';

describe('a recipient', () => {
  it.each([
    ['5511999990001', '5511999990001@s.whatsapp.net'],
    ['+55 (11) 99999-0001', '5511999990001@s.whatsapp.net'],
    ['5511999990001@s.whatsapp.net', '5511999990001@s.whatsapp.net'],
    ['5511999990001@c.us', '5511999990001@s.whatsapp.net'],
    ['120363012345678901@g.us', '120363012345678901@g.us'],
    ['90551199999000@lid', '90551199999000@lid'],
  ])('%s is %s', (to, jid) => expect(recipientJid(to)).toBe(jid));

  it.each(['', 'Ana', '12', '0551199999', '1'.repeat(16), 'status@broadcast', 'x@s.whatsapp.net', '5511999990001@evil.example'])('is not %j', (to) =>
    expect(() => recipientJid(to)).toThrow(InvalidRequest),
  );
});

describe('an Accept header', () => {
  it.each([
    [undefined, 'application/json'],
    ['*/*', 'application/json'],
    ['image/png', 'image/png'],
    ['image/svg+xml;q=0.5, image/png;q=0.4', 'image/svg+xml'],
    ['text/html, image/*;q=0.8, */*;q=0.1', 'image/svg+xml'],
    ['text/plain, application/json;q=0.9', 'text/plain'],
    ['audio/ogg', 'application/json'],
    ['image/png;q=0', 'application/json'],
    [';;,q=,,', 'application/json'],
  ])('%s is answered with %s', (accept, as) => expect(chooseRepresentation(accept)).toBe(as));
});
