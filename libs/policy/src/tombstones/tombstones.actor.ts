import type { Actor } from '#libs/contracts';

/** Whoever purges again what was purged before. */
export const TOMBSTONES: Actor = { kind: 'system', id: 'tombstones' };
