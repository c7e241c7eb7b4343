import { Transform } from 'class-transformer';

/** Digits and nothing else, as people write a number: `0x10`, `1e3`, `01` and ` 5` are other texts that JavaScript would take for one. */
const DIGITS = /^(0|[1-9]\d{0,15})$/;

/** The number that a text of a query or path is; anything else as it came, for a validator to refuse. */
export const wholeNumberOf = (value: unknown): unknown => (typeof value === 'string' && DIGITS.test(value) ? Number(value) : value);

/** A parameter of a query that is a whole number. */
export const WholeNumber = (): PropertyDecorator => Transform(({ value }: { value: unknown }) => wholeNumberOf(value));
