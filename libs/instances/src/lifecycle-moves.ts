import type { Lifecycle } from '#libs/contracts';

interface Move {
  from: Lifecycle;
  to: Lifecycle;
  /** in words, for the diagram */
  by: string;
}

/** Every move there is. What is not here cannot happen. `purged` has no way out. */
export const LIFECYCLE_MOVES: readonly Move[] = [
  { from: 'active', to: 'archived', by: 'a rule, or a person' },
  { from: 'archived', to: 'active', by: 'restore' },
  { from: 'active', to: 'purge_scheduled', by: 'a rule, or a confirmed deletion' },
  { from: 'archived', to: 'purge_scheduled', by: 'a rule, or a confirmed deletion' },
  { from: 'purge_scheduled', to: 'active', by: 'cancel, or a connection' },
  { from: 'purge_scheduled', to: 'archived', by: 'cancel' },
  { from: 'purge_scheduled', to: 'purged', by: 'purge' },
];

export function isMove(from: Lifecycle, to: Lifecycle): boolean {
  return LIFECYCLE_MOVES.some((move) => move.from === from && move.to === to);
}
