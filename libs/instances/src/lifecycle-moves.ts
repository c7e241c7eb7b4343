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
];

export function isMove(from: Lifecycle, to: Lifecycle): boolean {
  return LIFECYCLE_MOVES.some((move) => move.from === from && move.to === to);
}
