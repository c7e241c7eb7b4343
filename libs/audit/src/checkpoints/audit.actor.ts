import type { Actor } from '#libs/contracts';

/** Whoever signs, and says that a tree was rolled back. */
export const AUDIT: Actor = { kind: 'system', id: 'audit' };
