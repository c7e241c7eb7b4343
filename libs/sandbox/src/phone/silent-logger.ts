import type { ILogger } from '@whiskeysockets/baileys/lib/Utils/logger.js';

const nothing = (): void => undefined;

/** Baileys logs stanzas and keys; simulated ones are not worth a line either. */
export const SILENT: ILogger = {
  level: 'silent',
  child: () => SILENT,
  trace: nothing,
  debug: nothing,
  info: nothing,
  warn: nothing,
  error: nothing,
};
