import { InvalidSettings } from '../config/read-settings.js';
import { StartError } from '../start-error.js';

/** What a person can mend in their words; anything else with its stack. */
export function explainFailure(error: unknown): string {
  if (error instanceof StartError || error instanceof InvalidSettings) return error.message;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
