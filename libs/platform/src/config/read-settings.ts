import { validateSync } from 'class-validator';
import { type SettingsClass, settingsOf } from './setting.js';

export type Environment = Record<string, string | undefined>;
export interface SettingFault {
  /** the environment variable */
  name: string;
  detail: string;
}

/** Thrown before anything starts: every fault of every setting at once. */
export class InvalidSettings extends Error {
  constructor(readonly faults: SettingFault[]) {
    super(`Invalid settings:\n${faults.map(({ name, detail }) => `  ${name}: ${detail}`).join('\n')}`);
  }
}

/**
 * The only reader of the environment. Settings are read once; an empty variable counts as absent. `defaults` are those of a process that
 * differ from the settings' own.
 */
export function readSettings(classes: SettingsClass[], env: Environment = process.env, defaults: Environment = {}): object[] {
  const faults: SettingFault[] = [];
  const valueOf = (name: string) => env[name]?.trim() || defaults[name];
  const settings = classes.map((type) => readOne(type, valueOf, faults));
  if (faults.length > 0) throw new InvalidSettings(faults);
  return settings;
}

function readOne(type: SettingsClass, valueOf: (name: string) => string | undefined, faults: SettingFault[]): object {
  const settings = new type() as Record<string, unknown>;
  const docs = settingsOf(type);
  for (const { name, property, type: kind } of docs) {
    const text = valueOf(name);
    if (text) settings[property] = kind === 'number' ? Number(text) : text;
  }
  for (const error of validateSync(settings)) {
    const name = docs.find(({ property }) => property === error.property)?.name ?? error.property;
    const details = Object.values(error.constraints ?? {}).map((detail) => detail.replace(error.property, 'it'));
    faults.push({ name, detail: details.join('; ') });
  }
  return settings;
}
