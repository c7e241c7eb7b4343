import type { RetentionDocument } from './retention-document.js';

/** Whether the document could archive or purge a live instance, or let the content of its messages go. */
export function actsOnLive({ rules, messages }: Pick<RetentionDocument, 'rules' | 'messages'>): boolean {
  const acting = rules.filter((rule) => rule.kind === 'act' || rule.messages !== undefined);
  return messages !== undefined || acting.some(({ match }) => match.environment?.includes('live') ?? true);
}
