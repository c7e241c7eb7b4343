/** Whoever takes part in a division. */
export interface Part {
  /** the most it can take, and what its claim is measured by */
  weight: number;
  /** what it has in any case; no more than its weight */
  atLeast: number;
}

/**
 * Divides so many equal things among parts by their weights (Adams' method): nobody gets more than its weight, or than its fair number rounded up;
 * one thing more makes no part smaller, one part more makes no other larger. What there is no room for is not divided. Of two with the
 * same claim the earlier comes first, so whoever divides the same list gets the same answer.
 */
export function apportion(parts: readonly Part[], things: number): number[] {
  const shares = parts.map(({ atLeast }) => atLeast);
  let open = parts.map((_, n) => n);
  for (;;) {
    const taken = sum(shares) - sum(open.map((n) => shares[n]!));
    const divided = divide(open.map((n) => parts[n]!.weight), Math.max(0, things - taken));
    const content = new Set(open.filter((n, at) => divided[at]! < parts[n]!.atLeast));
    if (content.size === 0) {
      open.forEach((n, at) => (shares[n] = divided[at]!));
      return shares;
    }
    open = open.filter((n) => !content.has(n));
  }
}

/** The first so many of all places: the k-th of a part has the claim weight / (k - 1). */
function divide(weights: number[], things: number): number[] {
  const room = sum(weights);
  const places = Math.min(things, room);
  const shares = weights.map((weight) => (room === 0 ? 0 : Math.ceil((places * weight) / room)));
  for (let over = sum(shares) - places; over > 0; over--) shares[weakest(weights, shares)]!--;
  return shares;
}

/** Whose last place has the smallest claim; of equal ones the last. */
function weakest(weights: number[], shares: number[]): number {
  let found = -1;
  shares.forEach((share, n) => {
    if (share > 0 && (found < 0 || weights[n]! * (shares[found]! - 1) <= weights[found]! * (share - 1))) found = n;
  });
  return found;
}

export const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0);
