import 'reflect-metadata';

/** A class of settings: public fields with defaults, each marked with `@Setting` and class-validator's rules. */
export type SettingsClass<T extends object = object> = new () => T;

export interface SettingDoc {
  /** the environment variable */
  name: string;
  /** one sentence */
  sentence: string;
  property: string;
  type: 'string' | 'number';
}

const SETTINGS = Symbol('settings');

/** Declares the variable a field is read from. The field's initializer is the default; none means optional. */
export function Setting(name: string, sentence: string): PropertyDecorator {
  return (target, property) => {
    const declared = Reflect.getMetadata('design:type', target, property) as unknown;
    const doc: SettingDoc = { name, sentence, property: String(property), type: declared === Number ? 'number' : 'string' };
    Reflect.defineMetadata(SETTINGS, [...settingsOf(target.constructor as SettingsClass), doc], target.constructor);
  };
}

/** The settings a class declares, in the order of its fields. */
export function settingsOf(settings: SettingsClass): SettingDoc[] {
  return (Reflect.getOwnMetadata(SETTINGS, settings) as SettingDoc[] | undefined) ?? [];
}
