import { registerDecorator, type ValidationOptions } from 'class-validator';

export const MAX_LABELS = 32;
const MAX_KEY = 63;
export const MAX_VALUE = 128;
const KEY = /^[A-Za-z0-9]([A-Za-z0-9._/-]*[A-Za-z0-9])?$/;

/** What is wrong with labels, in one sentence; null when nothing is. `null` values are for patches: they take a label away. */
export function labelFault(value: unknown, nullable: boolean): string | null {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return 'labels must be an object of texts';
  const entries = Object.entries(value as Record<string, unknown>);
  if (entries.length > MAX_LABELS) return `there may be at most ${MAX_LABELS} labels`;
  for (const [key, text] of entries) {
    if (key.length > MAX_KEY || !KEY.test(key)) return `the label key ${JSON.stringify(key.slice(0, 80))} must be 1 to ${MAX_KEY} letters, digits, . _ / or -`;
    if (text === null && nullable) continue;
    if (typeof text !== 'string' || text.length > MAX_VALUE) return `the value of ${key} must be a text of at most ${MAX_VALUE} characters`;
  }
  return null;
}

/** Labels of a new instance, or of a patch (`nullable`). */
export function IsLabels({ nullable = false } = {}, options?: ValidationOptions): PropertyDecorator {
  return (target, propertyName) =>
    registerDecorator({
      name: 'isLabels',
      target: target.constructor,
      propertyName: String(propertyName),
      ...(options && { options }),
      validator: {
        validate: (value: unknown) => labelFault(value, nullable) === null,
        defaultMessage: (args) => labelFault(args?.value, nullable) ?? '',
      },
    });
}

/** Counts what a merge leaves behind. */
export const hasTooManyLabels = (labels: Record<string, string>): boolean => Object.keys(labels).length > MAX_LABELS;
