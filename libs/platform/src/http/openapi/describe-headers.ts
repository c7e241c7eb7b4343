import { type ApiDocument, isGuarded, isMutation, isVersioned, operationsOf, type Routed } from './api-document.js';
import { headerRefs } from './problem-answers.js';

const text = (description: string, example: string) => ({ description, schema: { type: 'string', example } });

const HEADERS = {
  ETag: text('The version of what is shown, for If-Match.', '"3"'),
  'Idempotency-Replayed': text('`true` when this is the answer of an earlier request with this Idempotency-Key.', 'true'),
  RateLimit: text('What is left of the limit of this key, and in how many seconds it is whole again.', '"key";r=599;t=60'),
  'RateLimit-Policy': text('The limit of this key: how many requests in how many seconds.', '"key";q=600;w=60'),
  'Retry-After': { description: 'After how many seconds to try again.', schema: { type: 'integer', minimum: 1, example: 12 } },
  'WWW-Authenticate': text('The scheme that is wanted.', 'Bearer'),
};

const PARAMETERS = {
  'Idempotency-Key': {
    name: 'Idempotency-Key',
    in: 'header',
    required: false,
    description:
      'Your name for this change, for example a UUID. Within 24 hours the same request with the same key is carried out once and gives the same answer; another request with it is refused (422).',
    schema: { type: 'string', minLength: 1, maxLength: 255, pattern: '^[!-~]+$', example: 'e1c9a0f2-6f0e-4d5c-9a53-0f1f6c1e7b11' },
  },
  'If-Match': {
    name: 'If-Match',
    in: 'header',
    required: false,
    description: 'The ETag of what you have read: when it has changed since, nothing is done (412).',
    schema: { type: 'string', minLength: 1, maxLength: 255, example: '"3"' },
  },
};

/** Takes and gives the headers that every operation of its kind has: all follow from its method, its access and whether what it shows is versioned. */
export function describeHeaders(document: ApiDocument): void {
  for (const routed of operationsOf(document)) {
    const { operation } = routed;
    const asked = parametersOf(routed).map((name) => ({ $ref: `#/components/parameters/${name}` }));
    if (asked.length > 0) operation.parameters = [...(operation.parameters ?? []), ...asked];
    const given = headerRefs(...answerHeadersOf(routed));
    for (const [status, answer] of Object.entries(operation.responses)) {
      if (status.startsWith('2') && Object.keys(given).length > 0) answer.headers = { ...answer.headers, ...given };
    }
  }
  document.components.headers = referredTo(HEADERS, 'headers', document);
  document.components.parameters = referredTo(PARAMETERS, 'parameters', document);
}

/** What nothing refers to does not appear. */
function referredTo<T extends object>(all: T, kind: string, { paths, components }: ApiDocument): Partial<T> {
  const text = JSON.stringify([paths, components.responses]);
  return Object.fromEntries(Object.entries(all).filter(([name]) => text.includes(`"#/components/${kind}/${name}"`))) as Partial<T>;
}

function parametersOf(routed: Routed): string[] {
  if (!isMutation(routed)) return [];
  return isVersioned(routed) ? ['Idempotency-Key', 'If-Match'] : ['Idempotency-Key'];
}

function answerHeadersOf(routed: Routed): string[] {
  return [
    ...(isGuarded(routed) ? ['RateLimit', 'RateLimit-Policy'] : []),
    ...(isVersioned(routed) ? ['ETag'] : []),
    ...(isMutation(routed) ? ['Idempotency-Replayed'] : []),
  ];
}
