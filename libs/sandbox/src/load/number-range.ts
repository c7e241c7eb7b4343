/** Numbers that follow each other, all with as many digits. */
export interface NumberRange {
  first: string;
  count: number;
}

export const numberAt = ({ first }: NumberRange, place: number): string => String(BigInt(first) + BigInt(place));
export const lastOf = (range: NumberRange): string => numberAt(range, range.count - 1);
/** Whether the last one still has as many digits as the first. */
export const isEven = (range: NumberRange): boolean => lastOf(range).length === range.first.length;
