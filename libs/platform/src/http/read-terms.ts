import { createHash } from 'node:crypto';
import canonicalize from 'canonicalize';
import type { FastifyRequest } from 'fastify';
import { InvalidRequest } from './http.errors.js';

const KEY = /^[\x21-\x7e]{1,255}$/;
const TAG = /^(W\/)?"([^"]*)"$/;
const VERSION = /^\d{1,9}$/;

/** SHA-256 of the `Idempotency-Key`; null when there is none. @throws InvalidRequest */
export function readIdempotencyKey({ headers }: Pick<FastifyRequest, 'headers'>): Buffer | null {
  const key = headers['idempotency-key'];
  if (key === undefined) return null;
  if (typeof key !== 'string' || !KEY.test(key)) throw fault('/idempotency-key', 'must be 1 to 255 visible ASCII characters, given once');
  return sha256(key);
}

/** What was asked, whatever the order of its fields: a key that comes back with another fingerprint stands for another request. */
export function fingerprintOf({ method, url, body, headers }: Pick<FastifyRequest, 'method' | 'url' | 'body' | 'headers'>): Buffer {
  return sha256([method, url, headers['if-match'] ?? '', canonicalize(body ?? null)].join('\n'));
}

/** The versions that `If-Match` accepts; null for any. A weak tag matches nothing (RFC 9110, 13.1.1). @throws InvalidRequest */
export function readIfMatch({ headers }: Pick<FastifyRequest, 'headers'>): number[] | null {
  const text = headers['if-match']?.trim();
  if (text === undefined || text === '*') return null;
  const tags = text.split(',').map((tag) => TAG.exec(tag.trim()));
  if (tags.some((tag) => tag === null)) throw fault('/if-match', 'must be * or entity tags in quotes, for example "3"');
  return tags.flatMap((tag) => (tag && !tag[1] && VERSION.test(tag[2]!) ? [Number(tag[2])] : []));
}

const sha256 = (text: string): Buffer => createHash('sha256').update(text).digest();

const fault = (pointer: string, detail: string): InvalidRequest => new InvalidRequest([{ pointer, detail }], `The header ${pointer.slice(1)} is not valid.`);
