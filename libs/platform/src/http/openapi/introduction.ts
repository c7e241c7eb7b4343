const INTRODUCTION = `Hosts fleets of WhatsApp instances for many tenants and never removes one that nobody agreed to remove.

**Keys.** Send \`Authorization: Bearer <key>\`. A key belongs to one tenant and has scopes; each operation names the scope it needs.
Operator keys (\`tnr_op_...\`) manage tenants and the platform, and see no instance.

**Environments.** A test key (\`tnr_test_...\`) sees sandbox instances only, whose WhatsApp is simulated; a live key
(\`tnr_live_...\`) sees live ones only. What a key may not see is answered like what does not exist.

**Errors.** Every error is \`application/problem+json\` (RFC 9457). Branch on its \`code\`, which is stable; \`type\` links to the cause
and the remedy.

**Idempotency.** Send an \`Idempotency-Key\` with every change and repeat the request with the same key when no answer came: it is
carried out once, and the first answer comes again.

**Lists.** \`limit\` items at most; pass \`nextCursor\` as \`cursor\` until it is null.

**Limits.** Each key has a number of requests per minute: \`RateLimit\` says what is left, and 429 with \`Retry-After\` when to come back.`;

/** What each group of operations is about. A tag that is used and not here is a fault of the document. */
const TAGS: Record<string, string> = {
  audit: 'What proves the journal to somebody outside: checkpoints, proofs, certificates, exports and public keys.',
  'api-keys': 'Keys of a tenant: what they may do, for how long, and their end.',
  connection: 'The session of an instance at WhatsApp: its state, pairing, restart and logout.',
  events: 'The journal: every fact about a tenant and its instances, in order, for good.',
  health: 'Whether the process lives and can do its work.',
  instances: 'The registry: which instances there are, and whether they should run.',
  me: 'The key that calls: its tenant, scopes, environment and quotas.',
  messages: 'Sending texts, and what was sent and received.',
  nodes: 'The processes that hold sessions.',
  platform: 'What concerns all tenants, for the operator.',
  retention: 'The rules of a tenant, what they do to an instance and why, archiving and restoring.',
  sandbox: 'The simulated WhatsApp behind test keys: phones, and faults to inflict.',
  tenants: 'Who uses this host, for the operator.',
};

/** The part of the document that no route declares. */
export function introduce(version: string): object {
  return {
    title: 'Tenure',
    version,
    description: INTRODUCTION,
    contact: { name: 'The maintainers of Tenure' },
    license: { name: 'Apache-2.0', url: 'https://www.apache.org/licenses/LICENSE-2.0' },
  };
}

/** The tags in use, each with a sentence where there is one. */
export function describeTags(used: string[]): { name: string; description?: string }[] {
  return [...new Set(used)].sort().map((name) => ({ name, description: TAGS[name] }));
}
