/** `1,000`. */
export const inWords = (n: number): string => n.toLocaleString('en');

/** `entry 57`, `entries 57 to 60`. */
export const entriesOf = (from: number, to: number): string => (from === to ? `entry ${inWords(from)}` : `entries ${inWords(from)} to ${inWords(to)}`);
