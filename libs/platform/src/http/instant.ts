import { registerDecorator } from 'class-validator';

/** RFC 3339 with a zone, in the years 1000 to 2999: what JavaScript and PostgreSQL understand alike. */
const INSTANT = /^[12]\d{3}-\d\d-\d\dT([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d{1,9})?(Z|[+-]([01]\d|2[0-3]):[0-5]\d)$/;

/** Whether a value is the text of an instant. 30 February is none. */
export function isInstant(value: unknown): value is string {
  if (typeof value !== 'string' || !INSTANT.test(value)) return false;
  const day = value.slice(0, 10);
  const midnight = new Date(`${day}T00:00:00Z`);
  return !Number.isNaN(midnight.getTime()) && midnight.toISOString().startsWith(day);
}

/** A field that holds the text of an instant. */
export const IsInstant = (): PropertyDecorator => (target, property) =>
  registerDecorator({
    name: 'isInstant',
    target: target.constructor,
    propertyName: String(property),
    validator: { validate: isInstant, defaultMessage: () => `${String(property)} must be an instant such as 2026-11-23T10:00:00.000Z` },
  });
