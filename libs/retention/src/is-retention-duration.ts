import { registerDecorator } from 'class-validator';
import { DAY, parseDuration } from './parse-duration.js';

const MOST_CHARACTERS = 40;
const CEILING = 3_650 * DAY;

function isRetentionDuration(value: unknown): boolean {
  if (typeof value !== 'string' || value.length > MOST_CHARACTERS) return false;
  const length = parseDuration(value);
  return length !== null && length > 0 && length <= CEILING;
}

/** A field that holds a duration as rules do. */
export const IsRetentionDuration = (): PropertyDecorator => (target, property) =>
  registerDecorator({
    name: 'isRetentionDuration',
    target: target.constructor,
    propertyName: String(property),
    validator: { validate: isRetentionDuration, defaultMessage: () => `${String(property)} must be an ISO 8601 duration of at most P3650D, such as P60D or PT36H` },
  });
