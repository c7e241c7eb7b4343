import { createHash, createPublicKey, verify } from 'node:crypto';
import { parseBase64 } from './base64.js';
import { NoteError } from './note.errors.js';

export const ED25519 = 1;
const KEY_BYTES = 32;

/** Whoever has it can check notes that its owner signed. */
export interface VerifierKey {
  /** who signs, and no space or plus in it */
  name: string;
  /** 8 hexadecimal digits, made of name and key */
  id: string;
  /** Ed25519, 32 bytes */
  publicKey: Buffer;
}

export function verifierKey(name: string, publicKey: Buffer): VerifierKey {
  const hash = createHash('sha256').update(`${name}\n`).update(typed(publicKey)).digest('hex');
  return { name, id: hash.slice(0, 8), publicKey };
}

/** One line: `<name>+<id>+<base64 of 1 and the key>`, the form of https://c2sp.org/signed-note. */
export function formatVerifierKey({ name, id, publicKey }: VerifierKey): string {
  return `${name}+${id}+${typed(publicKey).toString('base64')}`;
}

/** @throws NoteError */
export function parseVerifierKey(line: string): VerifierKey {
  const [, name, id, encoded] = /^([^\s+]+)\+([0-9a-f]{8})\+(\S+)$/u.exec(line) ?? [];
  const bytes = encoded === undefined ? null : parseBase64(encoded);
  if (name === undefined || bytes === null) throw new NoteError(`"${shortened(line)}" is no public key: one is <name>+<8 hexadecimal digits>+<base64>`);
  if (bytes.length !== KEY_BYTES + 1 || bytes[0] !== ED25519) throw new NoteError(`The public key of ${shortened(name)} is no Ed25519 key of 32 bytes`);
  const key = verifierKey(name, bytes.subarray(1));
  if (key.id !== id) throw new NoteError(`The public key of ${shortened(name)} was altered: its id would be ${key.id}, and it says ${id}`);
  return key;
}

/** A file of them: one a line; empty lines and those that begin with # are passed over. @throws NoteError */
export function parseVerifierKeys(text: string): VerifierKey[] {
  const lines = text.split('\n').map((line) => line.trim());
  const keys = lines.filter((line) => line !== '' && !line.startsWith('#')).map(parseVerifierKey);
  if (keys.length === 0) throw new NoteError('There is no public key in it');
  return keys;
}

export function isSignedBy({ publicKey }: VerifierKey, text: string, signature: Buffer): boolean {
  try {
    const key = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x: publicKey.toString('base64url') }, format: 'jwk' });
    return verify(null, Buffer.from(text), key, signature);
  } catch {
    return false;
  }
}

const MOST_SHOWN = 60;
const shortened = (text: string): string => (text.length > MOST_SHOWN ? `${text.slice(0, MOST_SHOWN)}...` : text);

const typed = (publicKey: Buffer): Buffer => Buffer.concat([Buffer.from([ED25519]), publicKey]);
