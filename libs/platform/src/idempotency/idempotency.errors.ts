import { Problem, ProblemType } from '../http/problem.js';

@ProblemType({
  code: 'idempotency-key-reused',
  status: 422,
  title: 'This Idempotency-Key stands for another request',
  cause: 'The same key came with another method, path, query, body or If-Match within 24 hours. Nothing was changed.',
  remedy: 'Use a new key for a new request, and an old one only to repeat exactly the same.',
})
export class IdempotencyKeyReused extends Problem {
  constructor() {
    super('A different request was sent with this Idempotency-Key before.', {
      errors: [{ pointer: '/idempotency-key', detail: 'was used for another request' }],
    });
  }
}

@ProblemType({
  code: 'idempotency-in-progress',
  status: 409,
  title: 'The same request is being carried out',
  cause: 'A request with this Idempotency-Key came before, and has not been answered yet.',
  remedy: 'Repeat it after the time that Retry-After names: then its reply is there.',
})
export class IdempotencyInProgress extends Problem {
  constructor() {
    super('The first request with this Idempotency-Key is still under way.');
  }

  override get headers(): Record<string, string> {
    return { 'retry-after': '1' };
  }
}

@ProblemType({
  code: 'idempotency-outcome-unknown',
  status: 409,
  title: 'Nobody knows what became of the first request',
  cause: 'It acted on something outside the database, and the server failed or stopped before its outcome was known. It is not repeated.',
  remedy: 'Look whether it had its effect; only if it had none, send it again with a new key.',
})
export class IdempotencyOutcomeUnknown extends Problem {
  constructor() {
    super('The first request with this Idempotency-Key was begun, and its outcome was never learnt.');
  }
}

@ProblemType({
  code: 'idempotency-reply-expired',
  status: 410,
  title: 'It was done; its secret is not repeated any more',
  cause: 'The reply held a secret, and secrets are repeated for ten minutes only. `reply` is the rest of it.',
  remedy: 'Make a new one where the secret was not received, and revoke what `reply` names.',
})
export class IdempotencyReplyExpired extends Problem {
  constructor(reply: unknown) {
    super('The request was carried out; the secret in its reply is not repeated after ten minutes.', { reply });
  }
}

@ProblemType({
  code: 'idempotency-reply-unreadable',
  status: 409,
  title: 'It was done; its reply cannot be read any more',
  cause: 'The reply was sealed with a master key that this server does not have any more.',
  remedy: 'Read what the request was about: it was carried out.',
})
export class IdempotencyReplyUnreadable extends Problem {
  constructor() {
    super('The request was carried out; its stored reply cannot be opened.');
  }
}
