import { isCommittedTo, openCommitted, sealCommitted } from '../crypto/committed-box.js';
import type { DataKey } from '../crypto/data-key.js';

/** Where personal data is: bound into its box. */
export interface EntryPlace {
  tenantId: string;
  instanceId: string;
  id: string;
}

/** The personal data of an entry, and the key of that entry alone; null: it was sealed before entries had keys of their own. */
export interface DisclosedPersonal {
  plain: Buffer;
  entryKey: Buffer | null;
}

/** Under a key of the entry's own, derived from the instance's: it can be shown to an auditor, and opens no other entry. */
export function sealPersonal(key: DataKey, place: EntryPlace, plain: Uint8Array): Buffer {
  return sealCommitted(key.derive(fieldOf(place)), placeOf(place), plain);
}

/** With the instance's key: also what was sealed under that key itself, before there were keys of entries. @throws when the box is not of this key and place */
export function disclosePersonal(key: DataKey, place: EntryPlace, box: Uint8Array): DisclosedPersonal {
  const entryKey = key.derive(fieldOf(place));
  if (isCommittedTo(entryKey, box)) return { plain: openPersonal(entryKey, place, box), entryKey };
  return { plain: key.open(fieldOf(place), box), entryKey: null };
}

/** With the key of the entry: what an auditor does. @throws when the box is not of this key and place */
export function openPersonal(entryKey: Buffer, place: EntryPlace, box: Uint8Array): Buffer {
  return openCommitted(entryKey, placeOf(place), box);
}

const fieldOf = ({ id }: EntryPlace): string => `journal|${id}`;
const placeOf = ({ tenantId, instanceId, id }: EntryPlace): string => `${tenantId}|${instanceId}|journal|${id}`;
