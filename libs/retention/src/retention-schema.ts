import { REASONS } from '#libs/contracts';
import { RETENTION_CLOCKS, RETENTION_MODES, WEEKDAYS } from './retention-document.js';

/** How many bytes a document may have as compact JSON, and how many rules. */
export const MAX_DOCUMENT_BYTES = 64 * 1024;
export const MAX_RULES = 100;
/** Characters of a duration: more can only be a mistake. */
export const MAX_DURATION_LENGTH = 32;

// No control characters and no half of a surrogate pair: PostgreSQL can store neither.
const TEXT = '^[^\\u0000-\\u001f\\u007f\\ud800-\\udfff]*$';
const NAMEABLE_REASONS = REASONS.filter((reason) => reason !== 'platform_stopped');

// A `description` of a leaf completes the sentence "must be ...": it is what a person reads when the value is refused.
const duration = { type: 'string', maxLength: MAX_DURATION_LENGTH, description: 'an ISO 8601 duration such as "P7D"' };
const time = { type: 'string', pattern: '^([01]\\d|2[0-3]):[0-5]\\d$', description: 'a time of day such as "02:00"' };
const endTime = { type: 'string', pattern: '^(([01]\\d|2[0-3]):[0-5]\\d|24:00)$', description: 'a time of day such as "05:00", at most "24:00"' };
const approvals = { type: 'integer', minimum: 0, maximum: 10, description: 'a whole number from 0 to 10' };
const limit = { type: 'integer', minimum: 1, maximum: 1_000_000, description: 'a whole number from 1 to 1000000' };
const ruleId = {
  type: 'string',
  pattern: '^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$',
  description: '1 to 63 letters, digits, dots, dashes or underscores, beginning with a letter or a digit',
};
const selector = {
  type: 'string',
  pattern: TEXT,
  minLength: 1,
  maxLength: 192,
  description: 'a label selector such as "vip", "legal=*" or "legal=x", of at most 192 characters',
};

const messages = object({ keep: duration, media: object({ keep: duration }, ['keep']) }, ['keep']);

function match(connection: object) {
  return object({
    environment: listOf({ enum: ['live', 'test'] }),
    connection: listOf(connection),
    reason: listOf({
      enum: NAMEABLE_REASONS,
      description: `one of ${NAMEABLE_REASONS.join(', ')} (what the platform itself stopped never starts a clock)`,
    }),
    labels: {
      type: 'object',
      minProperties: 1,
      maxProperties: 32,
      propertyNames: { type: 'string', minLength: 1, maxLength: 63, pattern: '^[^=\\u0000-\\u001f\\u007f\\ud800-\\udfff]*$' },
      additionalProperties: { type: 'string', maxLength: 128, pattern: TEXT, description: 'a text of at most 128 characters' },
    },
    namePrefix: { type: 'string', minLength: 1, maxLength: 100, pattern: TEXT, description: 'a text of 1 to 100 characters' },
    createdBefore: { type: 'string', maxLength: 40, description: 'an instant such as "2026-01-01T00:00:00Z"' },
  });
}

const retainRule = object(
  {
    id: ruleId,
    kind: { const: 'retain' },
    match: match({ enum: ['never_paired', 'connected', 'disconnected'] }),
    clock: { enum: RETENTION_CLOCKS },
    for: duration,
    messages,
  },
  ['id', 'kind', 'match', 'clock', 'for'],
);

const actRule = object(
  {
    id: ruleId,
    kind: { const: 'act' },
    priority: { type: 'integer', minimum: 0, maximum: 1_000_000, description: 'a whole number from 0 to 1000000' },
    match: match({
      enum: ['never_paired', 'disconnected'],
      description: '"never_paired" or "disconnected": no rule acts on an instance that is connected or trying to be',
    }),
    clock: { enum: RETENTION_CLOCKS },
    archive: object({ after: duration }, ['after']),
    purge: object({ after: duration, grace: duration }, ['after', 'grace']),
    messages,
  },
  ['id', 'kind', 'priority', 'match', 'clock'],
);

/** The shape of a rule document. What a schema cannot say is checked beside it. */
export const RETENTION_V1_SCHEMA = {
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  title: 'retention/v1',
  ...object(
    {
      // what editors complete by; nothing here reads it
      $schema: { type: 'string', maxLength: 500, pattern: TEXT, description: 'the address of this schema, a text of at most 500 characters' },
      schema: { const: 'retention/v1' },
      mode: { enum: RETENTION_MODES },
      timezone: { type: 'string', maxLength: 64, description: 'the name of a time zone such as "America/Sao_Paulo"' },
      windows: { type: 'array', minItems: 1, maxItems: 50, items: object({ days: listOf({ enum: WEEKDAYS }), from: time, to: endTime }, ['days', 'from', 'to']) },
      limits: object({
        maxPerRun: limit,
        maxPercentPerRun: { type: 'integer', minimum: 1, maximum: 100, description: 'a whole number from 1 to 100' },
        maxPer24h: limit,
      }),
      notice: object({ before: duration, channels: listOf({ enum: ['journal', 'webhook'] }) }, ['before', 'channels']),
      approvals: object({ purge: approvals }, ['purge']),
      deletion: object({ grace: duration, approvals }),
      messages,
      exempt: object({ labels: { type: 'array', maxItems: 100, uniqueItems: true, items: selector } }, ['labels']),
      rules: {
        type: 'array',
        maxItems: MAX_RULES,
        items: { type: 'object', required: ['kind'], discriminator: { propertyName: 'kind' }, oneOf: [retainRule, actRule] },
      },
    },
    ['schema', 'mode', 'rules'],
  ),
};

function object(properties: Record<string, object>, required: string[] = []) {
  return { type: 'object', additionalProperties: false, required, properties };
}

/** Texts out of a closed set, each once. The type of the items matters: lists of anything else would be compared by calling what they hold. */
function listOf(choice: object) {
  return { type: 'array', minItems: 1, maxItems: 20, uniqueItems: true, items: { type: 'string', ...choice } };
}
