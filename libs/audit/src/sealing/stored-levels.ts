/** A proof reads at most 2^8 hashes a level and computes what is between. */
const STEP = 8;
const HIGHEST = 24;

export const isStored = (level: number): boolean => level <= HIGHEST && level % STEP === 0;

/** The level that is kept from which a subtree of this one is computed. */
export const storedBelow = (level: number): number => Math.min(HIGHEST, level - (level % STEP));
