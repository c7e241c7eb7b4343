import { type Outcome, type Patience, planRetry } from './plan-retry.js';

type Fetch = typeof globalThis.fetch;
type Attempt = { response: Response; outcome: Outcome } | { fault: unknown; outcome: 'no-answer' };

/**
 * A fetch that repeats what can be repeated. A change gets one Idempotency-Key for all its attempts, so that the server
 * carries it out once; without the server's memory of that key a repeated change would not be safe.
 */
export function patientFetch(fetch: Fetch, patience: Patience): Fetch {
  return async (input, init) => {
    const request = new Request(input, init);
    if (isChange(request) && !request.headers.has('idempotency-key')) request.headers.set('idempotency-key', crypto.randomUUID());
    for (let attempt = 1; ; attempt += 1) {
      const made = await tryOnce(fetch, request);
      const wait = planRetry(made.outcome, attempt, patience, Math.random());
      if (wait === null) return answerOf(made);
      await waitFor(wait, request.signal);
    }
  };
}

const isChange = ({ method }: Request): boolean => !['GET', 'HEAD', 'OPTIONS'].includes(method);

async function tryOnce(fetch: Fetch, request: Request): Promise<Attempt> {
  try {
    const response = await readWhole(await fetch(request.clone()));
    return { response, outcome: { status: response.status, code: await codeOf(response), retryAfter: response.headers.get('retry-after') } };
  } catch (fault) {
    if (request.signal.aborted) throw fault;
    return { fault, outcome: 'no-answer' };
  }
}

/** A connection can be cut in the middle of an answer: that too is no answer. A stream is handed on as it is. */
async function readWhole(response: Response): Promise<Response> {
  if (response.headers.get('content-type')?.startsWith('text/event-stream')) return response;
  const body = await response.arrayBuffer();
  const { status, statusText, headers } = response;
  return new Response(body.byteLength > 0 ? body : null, { status, statusText, headers });
}

async function codeOf(response: Response): Promise<string | undefined> {
  if (!response.headers.get('content-type')?.startsWith('application/problem+json')) return undefined;
  const { code } = (await response.clone().json()) as { code?: string };
  return code;
}

function answerOf(attempt: Attempt): Response {
  if ('response' in attempt) return attempt.response;
  throw attempt.fault;
}

/** @throws the signal's reason when it is aborted meanwhile */
function waitFor(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener('abort', () => {
      clearTimeout(timer);
      reject(signal.reason as Error);
    });
  });
}
