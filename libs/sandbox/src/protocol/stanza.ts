import { randomBytes } from 'node:crypto';
import type { BinaryNode } from '@whiskeysockets/baileys';
import { decodeBinaryNode, encodeBinaryNode, getAllBinaryNodeChildren, getBinaryNodeChild, getBinaryNodeChildren } from './baileys.js';

export type Stanza = BinaryNode;
type Attributes = Record<string, string | number | undefined>;

/** The server itself, as the sender of a stanza. */
export const SERVER = '@s.whatsapp.net';

/** A stanza. An attribute that is undefined is left out. */
export function stanza(tag: string, attributes: Attributes = {}, content?: Stanza['content']): Stanza {
  const attrs: Record<string, string> = {};
  for (const [name, value] of Object.entries(attributes)) if (value !== undefined) attrs[name] = String(value);
  return content === undefined ? { tag, attrs } : { tag, attrs, content };
}

export const childOf: (parent: Stanza | undefined, tag: string) => Stanza | undefined = getBinaryNodeChild;
export const childrenOf: (parent: Stanza | undefined, tag: string) => Stanza[] = getBinaryNodeChildren;
export const allChildrenOf: (parent: Stanza) => Stanza[] = getAllBinaryNodeChildren;

/** The bytes inside a stanza. @throws when there is no such stanza or it holds other stanzas */
export function bytesOf(node: Stanza | undefined): Buffer {
  const { content } = node ?? {};
  if (content === undefined || Array.isArray(content)) throw new Error(`no bytes in <${node?.tag ?? 'nothing'}>`);
  return typeof content === 'string' ? Buffer.from(content) : Buffer.from(content);
}

/** An unsigned big-endian number of up to 6 bytes. */
export function numberOf(bytes: Uint8Array): number {
  return Buffer.from(bytes).readUIntBE(0, bytes.length);
}

export function encodeStanza(node: Stanza): Buffer {
  return Buffer.from(encodeBinaryNode(node));
}

export function decodeStanza(bytes: Uint8Array): Promise<Stanza> {
  return decodeBinaryNode(Buffer.from(bytes));
}

/** The ids of what the server and the phones begin themselves. The prefix tells their kind. */
export function newStanzaId(prefix: string): string {
  return prefix + randomBytes(8).toString('hex').toUpperCase();
}

/** Seconds since 1970, as the attribute `t` has them. */
export function unixTime(): number {
  return Math.floor(Date.now() / 1000);
}
