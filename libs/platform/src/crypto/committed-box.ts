import { createHash, timingSafeEqual } from 'node:crypto';
import { open, seal } from './sealed-box.js';

const VERSION = 1;
const COMMITMENT_BYTES = 32;
const HEAD_BYTES = 1 + COMMITMENT_BYTES;

/**
 * A box that opens with one key only: a version byte, a commitment to the key (32 bytes), and then as every box. AES-GCM alone does not commit: who
 * chooses both keys can make a box that opens with either, to two different texts.
 */
export function sealCommitted(key: Buffer, belongsTo: string, plain: Uint8Array): Buffer {
  return Buffer.concat([Buffer.of(VERSION), commitmentTo(key), seal(key, belongsTo, plain)]);
}

/** Whether a box is such a one, and of this key. */
export function isCommittedTo(key: Buffer, box: Uint8Array): boolean {
  return box.length >= HEAD_BYTES && box[0] === VERSION && timingSafeEqual(box.subarray(1, HEAD_BYTES), commitmentTo(key));
}

/** @throws when the key, the box or what it belongs to is not the sealed one */
export function openCommitted(key: Buffer, belongsTo: string, box: Uint8Array): Buffer {
  if (!isCommittedTo(key, box)) throw new Error('The box is of another key');
  return open(key, belongsTo, box.subarray(HEAD_BYTES));
}

const commitmentTo = (key: Buffer): Buffer => createHash('sha256').update('tenure key commitment').update(key).digest();
