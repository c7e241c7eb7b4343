import { InvalidRequest } from '#libs/platform';

const PERSON_OR_GROUP = /^\d{5,20}(-\d{5,20})?@(s\.whatsapp\.net|lid|g\.us)$/;
const DIGITS = /^[1-9]\d{6,14}$/;

/** The JID of a phone number (international, `+`, spaces, dashes and brackets allowed) or of a JID. @throws InvalidRequest */
export function recipientJid(to: string): string {
  const jid = to.trim().replace(/@c\.us$/, '@s.whatsapp.net');
  if (PERSON_OR_GROUP.test(jid)) return jid;
  const digits = jid.replace(/^\+/, '').replace(/[\s().-]/g, '');
  if (DIGITS.test(digits)) return `${digits}@s.whatsapp.net`;
  throw new InvalidRequest([{ pointer: '/to', detail: 'to must be a phone number with its country code, or a JID' }]);
}
