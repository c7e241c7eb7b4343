import canonicalize from 'canonicalize';
import { openPersonal } from '#libs/platform';
import type { EntryLine } from '../exports/export-lines.js';
import type { CanonicalEntry } from './entry.js';
import { NotVerified } from './faults.js';
import { inWords } from './in-words.js';

/** `checked`: the clear text is what its ciphertext holds. `uncheckable`: nobody can say, since no key is given. `none`: there is no clear text. */
export type PersonalCheck = 'checked' | 'uncheckable' | 'none';

/** Whether what is shown of an entry's personal data is what was sealed, and hashed. @throws NotVerified */
export function checkPersonal({ position, personal, personalKey }: EntryLine, entry: CanonicalEntry): PersonalCheck {
  if (personal === undefined && personalKey === undefined) return 'none';
  if (entry.personal === null || entry.instanceId === null) throw new NotVerified(`entry ${inWords(position)} shows personal data that it never had`);
  if (personalKey === undefined) return 'uncheckable';
  const opened = open(Buffer.from(personalKey, 'base64'), { ...entry, instanceId: entry.instanceId }, Buffer.from(entry.personal, 'base64'));
  if (opened === null) throw new NotVerified(`the key given with entry ${inWords(position)} does not open its personal data`);
  if (personal === undefined || canonicalize(opened) !== canonicalize(personal)) throw new NotVerified(`the personal data shown with entry ${inWords(position)} is not what was sealed in it`);
  return 'checked';
}

function open(key: Buffer, place: { tenantId: string; instanceId: string; id: string }, box: Buffer): unknown {
  try {
    return JSON.parse(openPersonal(key, place, box).toString());
  } catch {
    return null;
  }
}
