import { isRefusal } from './is-refusal.js';

describe('an attempt that is refused', () => {
  it.each([
    ['a missing scope', 403, 'forbidden', false, true],
    ['something that is not there for this key', 404, 'instance-not-found', true, true],
    ['a bare DELETE', 405, 'method-not-allowed', false, true],
    ['something that is protected', 409, 'deletion-protected', true, true],
    ['another version', 412, 'version-changed', true, true],
    ['a missing preview', 428, 'preview-required', true, true],
    ['a wrong name or token', 422, 'invalid-request', true, true],
    ['a body of the wrong form', 422, 'invalid-request', false, false],
    ['no JSON', 400, 'malformed-request', false, false],
    ['nobody', 401, 'unauthorized', false, false],
    ['too many requests', 429, 'rate-limited', false, false],
    ['the same request under way', 409, 'idempotency-in-progress', true, false],
    ['a database that is away', 503, 'unavailable', true, false],
  ])('%s: %i %s (begun: %p) is one: %p', (_what, status, code, begun, expected) => {
    expect(isRefusal({ status, code }, begun)).toBe(expected);
  });
});
