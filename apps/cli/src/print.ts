/** A line on standard output. */
export const print = (line: string): void => void process.stdout.write(`${line}\n`);

/** `1 row`, `2 rows`, `1,000 rows`. */
export const countOf = (n: number, thing: string, things = `${thing}s`): string => `${n.toLocaleString('en')} ${n === 1 ? thing : things}`;
