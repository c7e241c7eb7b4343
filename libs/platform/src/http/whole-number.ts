import { applyDecorators } from '@nestjs/common';
import { ApiPropertyOptional } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { IsInt, IsOptional, Max, Min } from 'class-validator';

/** Digits and nothing else, as people write a number: `0x10`, `1e3`, `01` and ` 5` are other texts that JavaScript would take for one. */
const DIGITS = /^(0|[1-9]\d{0,15})$/;

/** The number that a text of a query or path is; anything else as it came, for a validator to refuse. */
export const wholeNumberOf = (value: unknown): unknown => (typeof value === 'string' && DIGITS.test(value) ? Number(value) : value);

/** A parameter of a query that is a whole number. */
export const WholeNumber = (): PropertyDecorator => Transform(({ value }: { value: unknown }) => wholeNumberOf(value));

/** The same within these bounds, both included, for one that may be left out. */
export const OptionalWholeNumber = (minimum: number, maximum: number = Number.MAX_SAFE_INTEGER) =>
  applyDecorators(IsOptional(), WholeNumber(), ApiPropertyOptional({ type: 'integer', minimum, maximum }), IsInt(), Min(minimum), Max(maximum));
