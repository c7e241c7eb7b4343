import { registerDecorator } from 'class-validator';

/** Exactly one of several fields says what is wanted; on the first of them, which is missed when none is there. */
export const OnlyOneOf =
  (...fields: string[]): PropertyDecorator =>
  (target, property) => {
    const others = fields.filter((field) => field !== property);
    registerDecorator({
      name: 'onlyOneOf',
      target: target.constructor,
      propertyName: String(property),
      validator: {
        validate: (_value, arguments_) => others.every((other) => (arguments_?.object as Record<string, unknown>)[other] === undefined),
        defaultMessage: () => `${String(property)} must not come together with ${others.join(', ')}`,
      },
    });
  };
