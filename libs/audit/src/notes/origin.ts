import { isId, type TenantId } from '#libs/contracts';
import { NoteError } from './note.errors.js';

/** The log that a checkpoint is of. A tree that was rolled back goes on as another log, so none ever has two histories. */
export interface Origin {
  /** the name of whoever signs it */
  keyName: string;
  tenantId: TenantId;
  /** how often it was rolled back, and one */
  generation: number;
}

export function formatOrigin({ keyName, tenantId, generation }: Origin): string {
  return `${keyName}/${tenantId}/${generation}`;
}

/** @throws NoteError */
export function parseOrigin(origin: string): Origin {
  const [, keyName, tenantId, generation] = /^(\S+)\/([^/\s]+)\/([1-9]\d{0,9})$/.exec(origin) ?? [];
  if (keyName === undefined || tenantId === undefined || !isId('ten', tenantId)) throw new NoteError(`"${origin.slice(0, 100)}" is no log of Tenure`);
  return { keyName, tenantId, generation: Number(generation) };
}
