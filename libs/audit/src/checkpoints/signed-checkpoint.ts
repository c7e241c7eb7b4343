import type { TenantId } from '#libs/contracts';
import { readCheckpoint } from '../notes/checkpoint.js';
import { parseOrigin } from '../notes/origin.js';

/** A checkpoint as it is kept. */
export interface SignedCheckpoint {
  generation: number;
  size: number;
  root: Buffer;
  /** the signed note, which says all of it */
  note: string;
  signedAt: Date;
}

/** What a line of the file outside the database says. */
export interface RememberedCheckpoint {
  tenantId: TenantId;
  generation: number;
  size: number;
  root: Buffer;
  note: string;
}

export const lineOf = ({ note }: Pick<RememberedCheckpoint, 'note'>): string => `${JSON.stringify({ note })}\n`;

/** Null for what is none, such as a line that a crash cut off. */
export function parseLine(line: string): RememberedCheckpoint | null {
  try {
    const { note } = JSON.parse(line) as { note: string };
    const { origin, size, root } = readCheckpoint(note);
    const { tenantId, generation } = parseOrigin(origin);
    return { tenantId, generation, size, root, note };
  } catch {
    return null;
  }
}

/** Of two of a tenant, whether the first was signed after the second. */
export const isLater = (one: RememberedCheckpoint, other: RememberedCheckpoint): boolean =>
  one.generation > other.generation || (one.generation === other.generation && one.size > other.size);
