import { ValidateIf } from 'class-validator';

/** The field may be left out. Unlike `@IsOptional` it does not let null pass: null is a value, and most fields cannot be null. */
export const MayBeAbsent = () => ValidateIf((_object, value) => value !== undefined);
