import type { Answer } from './api-client.js';

/** The answer is an RFC 9457 problem of this status and code, complete enough to act on. */
export function expectProblem({ status, body, headers }: Answer<unknown>, expectedStatus: number, code: string): void {
  expect({ status, body }).toMatchObject({ status: expectedStatus, body: { status: expectedStatus, code, type: `/errors.md#${code}` } });
  expect(headers.get('content-type')).toMatch(/^application\/problem\+json/);
  expect(body).toMatchObject({ title: expect.any(String), detail: expect.any(String), instance: expect.any(String) });
}
