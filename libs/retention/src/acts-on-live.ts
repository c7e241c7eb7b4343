import type { RetentionDocument } from './retention-document.js';

/** Whether any rule of the document could archive or purge a live instance. */
export function actsOnLive({ rules }: Pick<RetentionDocument, 'rules'>): boolean {
  return rules.some((rule) => rule.kind === 'act' && (rule.match.environment?.includes('live') ?? true));
}
