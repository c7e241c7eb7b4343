import type { FieldFault } from '#libs/platform';
import { jsonPointer, valueAt, type Path } from './json-pointer.js';
import type { RetentionDocument } from './retention-document.js';

/** What a document may say in a draft although nothing acts on it yet, with what it would be about. */
const OF_DOCUMENT = { messages: 'cleaning up messages' };
const OF_RULE = { messages: 'cleaning up messages' };

/**
 * What keeps a draft from being activated: what this release does not do.
 * A rule that is active and does nothing would be a promise nobody keeps. Empty: it can be activated.
 */
export function findUnsupported(document: RetentionDocument): FieldFault[] {
  return [
    ...present(document, [], OF_DOCUMENT),
    ...webhookNotices(document),
    ...document.rules.flatMap((_rule, i) => present(document, ['rules', i], OF_RULE)),
  ];
}

function present(document: RetentionDocument, path: Path, topics: Record<string, string>): FieldFault[] {
  return Object.entries(topics)
    .filter(([key]) => valueAt(document, [...path, key]) !== undefined)
    .map(([key, topic]) => ({ pointer: jsonPointer([...path, key]), detail: `${topic} is not available yet: it can be saved, not activated` }));
}

function webhookNotices({ notice }: RetentionDocument): FieldFault[] {
  return (notice?.channels ?? []).flatMap((channel, i) => (channel === 'webhook' ? [{ pointer: `/notice/channels/${i}`, detail: 'notice by webhook is not available yet: say journal' }] : []));
}
