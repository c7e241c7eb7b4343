import { canonicalForm, type StoredEntry } from '#libs/platform';
import { NotVerified } from './faults.js';
import { inWords } from './in-words.js';

/** An entry as its canonical form has it: `personal` is the ciphertext, base64. */
export type CanonicalEntry = Omit<StoredEntry, 'occurredAt' | 'personal'> & { occurredAt: string; personal: string | null };

/** Reads a canonical form that the tree vouches for. @throws NotVerified when it is none, or of another place */
export function readCanonical(canonical: string, { position, tenantId }: { position: number; tenantId: string }): CanonicalEntry {
  const entry = parse(canonical);
  if (!entry) throw new NotVerified(`entry ${inWords(position)} was altered: what its leaf was made of is no entry in canonical form`);
  if (entry.position !== position) throw new NotVerified(`entry ${inWords(position)} was altered: it says that it is entry ${entry.position}`);
  if (entry.tenantId !== tenantId) throw new NotVerified(`entry ${inWords(position)} is of another tenant, ${entry.tenantId}`);
  return entry;
}

/** Null: it is not what `canonicalForm` makes of any entry. */
function parse(canonical: string): CanonicalEntry | null {
  try {
    const entry = JSON.parse(canonical) as CanonicalEntry;
    const personal = entry.personal === null ? null : Buffer.from(entry.personal, 'base64');
    return canonicalForm({ ...entry, occurredAt: new Date(entry.occurredAt), personal }) === canonical ? entry : null;
  } catch {
    return null;
  }
}
