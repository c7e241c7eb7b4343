import { childOf, childrenOf, type Stanza } from './stanza.js';

/** The name by which a device's answer will refer to a stanza that was sent to it. */
export function answerTo({ tag, attrs }: Stanza): string {
  // a message is answered by its id alone: the receipt goes to the chat, which need not be the sender
  return tag === 'message' ? `message|${attrs.id}` : [tag, attrs.id, attrs.type ?? '', attrs.from ?? '', ...(attrs.participant ? [attrs.participant] : [])].join('|');
}

/** What a receipt or an acknowledgement from a device answers. */
export function answeredBy({ tag, attrs, content }: Stanza): string[] {
  if (tag === 'ack') return [answerTo({ tag: attrs.class ?? '', attrs: { ...attrs, from: attrs.to ?? '' } })];
  const listed = Array.isArray(content) ? childrenOf(childOf({ tag, attrs, content }, 'list'), 'item') : [];
  return [attrs.id, ...listed.map((item) => item.attrs.id)].map((id) => `message|${id}`);
}
