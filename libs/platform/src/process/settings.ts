import { DatabaseSettings } from '../config/database.settings.js';
import { HttpSettings } from '../config/http.settings.js';
import { ProfileSettings } from '../config/profile.settings.js';
import { SecuritySettings } from '../config/security.settings.js';
import type { SettingsClass } from '../config/setting.js';

/** The settings of the platform, in the order of `.env.example`. */
export const PLATFORM_SETTINGS: SettingsClass[] = [HttpSettings, DatabaseSettings, SecuritySettings, ProfileSettings];

/** The one of a class among settings that were read. */
export function pick<T extends object>(settings: object[], type: new () => T): T {
  const found = settings.find((value): value is T => value instanceof type);
  if (!found) throw new Error(`${type.name} was not read`);
  return found;
}
