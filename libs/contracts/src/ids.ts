import { LRUCache } from 'lru-cache';
import { fromString, fromUUID, toUUID } from 'typeid-js';
import { uuidv7 } from 'uuidv7';

export type IdPrefix = 'ten' | 'key' | 'ins' | 'evt' | 'msg' | 'nod' | 'hld' | 'req' | 'pur' | 'crt' | 'del' | 'run' | 'blk';

/** One form of an id everywhere: `prefix_` and 26 characters, a UUIDv7 inside. Only repositories turn it into the database's uuid. */
export type Id<P extends IdPrefix = IdPrefix> = `${P}_${string}`;

export type TenantId = Id<'ten'>;
export type KeyId = Id<'key'>;
export type InstanceId = Id<'ins'>;
export type EventId = Id<'evt'>;
export type MessageId = Id<'msg'>;
export type NodeId = Id<'nod'>;
export type HoldId = Id<'hld'>;
export type PurgeId = Id<'pur'>;
export type DeletionRequestId = Id<'del'>;
export type RunId = Id<'run'>;
export type BulkRequestId = Id<'blk'>;
export type CertificateId = Id<'crt'>;
export type RequestId = Id<'req'>;

/** A new id. Sortable by time; its random part keeps two of one millisecond apart. */
export function newId<P extends IdPrefix>(prefix: P): Id<P> {
  return idFrom(prefix, uuidv7());
}

/** The id of a row: its uuid under the prefix of its kind. */
export function idFrom<P extends IdPrefix>(prefix: P, uuid: string): Id<P> {
  return fromUUID(uuid, prefix) as string as Id<P>;
}

const MOST_REMEMBERED = 5_000;
/** A unit of work names the same few ids in each of its statements. */
const remembered = new LRUCache<Id, string>({ max: MOST_REMEMBERED });

/** The uuid a repository stores for an id. */
export function uuidOf(id: Id): string {
  const known = remembered.get(id);
  if (known) return known;
  const uuid = toUUID(fromString(id));
  remembered.set(id, uuid);
  return uuid;
}

/** Before every id: whoever pages by ids begins here. */
export const NIL_UUID = '00000000-0000-0000-0000-000000000000';

/** Whether a text from outside is an id of this kind, with a UUID inside that a repository can look for. Never throws. */
export function isId<P extends IdPrefix>(prefix: P, text: string): text is Id<P> {
  try {
    toUUID(fromString(text, prefix));
    return true;
  } catch {
    return false;
  }
}
