import { ValidationPipe } from '@nestjs/common';
import type { ValidationError } from 'class-validator';
import { InvalidRequest } from './http.errors.js';
import { escapePointer } from './json-pointer.js';
import type { FieldFault } from './problem.js';

function faultsOf(errors: ValidationError[], base = ''): FieldFault[] {
  return errors.flatMap(({ property, constraints, children }) => {
    const pointer = `${base}/${escapePointer(property)}`;
    return [...Object.values(constraints ?? {}).map((detail) => ({ pointer, detail })), ...faultsOf(children ?? [], pointer)];
  });
}

/** Bodies and queries become their DTO or are refused, every fault at once; an unknown field is a fault. */
export function validation(): ValidationPipe {
  return new ValidationPipe({
    whitelist: true,
    forbidNonWhitelisted: true,
    forbidUnknownValues: true,
    transform: true,
    exceptionFactory: (errors) => new InvalidRequest(faultsOf(errors)),
  });
}
