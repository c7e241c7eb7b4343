import { registerDecorator } from 'class-validator';

const VISIBLE = /[\p{L}\p{N}\p{P}\p{S}]/u;
const CONTROL = /\p{Cc}/u;

/** Whether a person who reads the text sees something, on one line: zero-width characters alone are a name nobody can read, type or find. */
export function isVisible(text: unknown): boolean {
  return typeof text === 'string' && VISIBLE.test(text) && !CONTROL.test(text);
}

/** A text that is shown to people as the name of something. */
export const IsVisible = (): PropertyDecorator => (target, property) =>
  registerDecorator({
    name: 'isVisible',
    target: target.constructor,
    propertyName: String(property),
    validator: { validate: isVisible, defaultMessage: () => `${String(property)} must have a visible character and no control characters` },
  });
