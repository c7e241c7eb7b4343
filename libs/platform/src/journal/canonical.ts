import canonicalize from 'canonicalize';
import type { Actor } from '#libs/contracts';

/** A journal entry as it is stored, `personal` still encrypted. */
export interface StoredEntry {
  id: string;
  type: string;
  tenantId: string;
  instanceId: string | null;
  seq: number | null;
  position: number;
  occurredAt: Date;
  actor: Actor;
  causationId: string | null;
  data: Record<string, unknown>;
  personal: Uint8Array | null;
}

/**
 * The bytes that are hashed, for ever: RFC 8785 over the envelope, times in ISO 8601 to the millisecond, `personal` as base64 of its
 * ciphertext so that erasing a key leaves every hash as it was.
 */
export function canonicalForm(entry: StoredEntry): string {
  const { occurredAt, personal, ...rest } = entry;
  const text = canonicalize({
    ...rest,
    occurredAt: occurredAt.toISOString(),
    personal: personal === null ? null : Buffer.from(personal).toString('base64'),
  });
  if (text === undefined) throw new Error('An envelope always has a canonical form');
  return text;
}
