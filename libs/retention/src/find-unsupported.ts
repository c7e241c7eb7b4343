import type { FieldFault } from '#libs/platform';
import { jsonPointer, type Path } from './json-pointer.js';
import type { RetentionDocument } from './retention-document.js';

/**
 * What keeps a draft from being activated: what this release does not do.
 * A rule that is active and does nothing would be a promise nobody keeps. Empty: it can be activated.
 */
export function findUnsupported(document: RetentionDocument): FieldFault[] {
  return [
    ...mediaLimits(document, []),
    ...webhookNotices(document),
    ...document.rules.flatMap((rule, i) => mediaLimits(rule, ['rules', i])),
  ];
}

/** No media are stored. What a message says of its own goes with the rest of it, not sooner. */
function mediaLimits({ messages }: Pick<RetentionDocument, 'messages'>, path: Path): FieldFault[] {
  const pointer = jsonPointer([...path, 'messages', 'media']);
  return messages?.media ? [{ pointer, detail: 'media are not stored yet, and have no time of their own: say messages.keep alone' }] : [];
}

function webhookNotices({ notice }: RetentionDocument): FieldFault[] {
  return (notice?.channels ?? []).flatMap((channel, i) => (channel === 'webhook' ? [{ pointer: `/notice/channels/${i}`, detail: 'notice by webhook is not available yet: say journal' }] : []));
}
