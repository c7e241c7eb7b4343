/** What an answer has to be like. */
export interface Expectation {
  /** `either`: the request may be valid after all; then the answer is what is documented for success */
  verdict: 'refused' | 'either';
  /** the only statuses that will do */
  statuses?: number[];
  /** JSON pointer of the field or parameter that has to be named */
  pointer?: string;
}

/** One request as it goes out, with what is wrong about it. */
export interface BadRequest {
  operationId: string;
  /** what is wrong with it, in a few words: the same words for the same fault */
  kind: string;
  method: string;
  path: string;
  headers: Record<string, string>;
  body?: string | Buffer;
  expect: Expectation;
}

export const escapePointer = (segment: string): string => segment.replaceAll('~', '~0').replaceAll('/', '~1');

/** Whether a row could change and be right to: such requests go to a tenant of their own. */
export const mayChange = ({ method, expect }: BadRequest): boolean => expect.verdict === 'either' && !['GET', 'HEAD', 'OPTIONS'].includes(method);

/** As a person would try it again. */
export function describe(request: BadRequest): string {
  const { method, path, headers, body, operationId, kind } = request;
  const { authorization, ...shown } = headers;
  const key = authorization?.startsWith('Bearer tnr_') ? 'with a key' : `authorization ${JSON.stringify(authorization)}`;
  const sent = body === undefined ? '' : ` ${typeof body === 'string' ? body.slice(0, 300) : body.toString('latin1').slice(0, 300)}`;
  return `${operationId}, ${kind}: ${method} ${path.slice(0, 300)} ${JSON.stringify(shown).slice(0, 300)} (${key})${sent}`;
}
