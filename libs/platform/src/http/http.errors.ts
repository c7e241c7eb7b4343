import { type FieldFault, Problem, ProblemType } from './problem.js';

/** A body can hold more unknown fields than an answer should name. */
const MAX_FAULTS = 100;

@ProblemType({
  code: 'invalid-request',
  status: 422,
  title: 'The request is not valid',
  cause: 'A field is missing, has the wrong type or an impossible value, or is not known here.',
  remedy: 'Correct the fields that `errors` names; /docs describes each of them.',
})
export class InvalidRequest extends Problem {
  constructor(errors: FieldFault[], detail = 'Some fields are not valid; `errors` names each.') {
    super(detail, { errors: errors.slice(0, MAX_FAULTS) });
  }
}

@ProblemType({
  code: 'malformed-request',
  status: 400,
  title: 'The request cannot be read',
  cause: 'The body is not a JSON object in UTF-8, a text in body or query holds U+0000 or a reserved name (`errors` says where), or the request line or headers are broken.',
  remedy: 'Send one JSON object, encoded as UTF-8, with content type application/json.',
})
export class MalformedRequest extends Problem {}

@ProblemType({
  code: 'body-too-large',
  status: 413,
  title: 'The body is too large',
  cause: 'The body exceeds the limit of this server.',
  remedy: 'Send less in one request.',
})
export class BodyTooLarge extends Problem {}

@ProblemType({
  code: 'unsupported-media-type',
  status: 415,
  title: 'This content type is not supported',
  cause: 'Bodies are JSON.',
  remedy: 'Send the header content-type: application/json.',
})
export class UnsupportedMediaType extends Problem {}

@ProblemType({
  code: 'route-not-found',
  status: 404,
  title: 'There is nothing here',
  cause: 'No operation has this method and path.',
  remedy: 'Look the operation up at /docs.',
})
export class RouteNotFound extends Problem {}

@ProblemType({
  code: 'method-not-allowed',
  status: 405,
  title: 'This method is not for this address',
  cause: 'The path exists, with other methods: the header Allow names them. Nothing was changed.',
  remedy: 'Look the operation up at /docs. Nothing is deleted by a bare DELETE of a tenant or an instance.',
})
export class MethodNotAllowed extends Problem {
  constructor(
    private readonly allowed: readonly string[],
    detail = `This address takes ${allowed.join(', ')}.`,
    links: Record<string, string> = {},
  ) {
    super(detail, links);
  }

  override get headers(): Record<string, string> {
    return { allow: this.allowed.join(', ') };
  }
}

@ProblemType({
  code: 'unauthorized',
  status: 401,
  title: 'A valid key is needed',
  cause: 'The key is missing, wrong, expired or revoked; the answers are alike on purpose.',
  remedy: 'Send the header authorization: Bearer <key>.',
})
export class Unauthorized extends Problem {
  constructor() {
    super('Send a valid key as a bearer token.');
  }

  /** A 401 has to say which scheme it wants (RFC 9110). */
  override get headers(): Record<string, string> {
    return { 'www-authenticate': 'Bearer' };
  }
}

@ProblemType({
  code: 'forbidden',
  status: 403,
  title: 'This key may not do this',
  cause: 'The operation wants a scope that the key does not have, or a key of another kind (tenant, operator).',
  remedy: 'Use a key with the scope that the detail names.',
})
export class Forbidden extends Problem {}

@ProblemType({
  code: 'tenant-suspended',
  status: 403,
  title: 'The tenant is suspended',
  cause: 'The operator has suspended it: its sessions are closed, its clocks stand still, and its keys only read. Nothing was changed.',
  remedy: 'Ask the operator. What is there stays as it is until the tenant is resumed.',
})
export class TenantSuspended extends Problem {
  constructor() {
    super('This tenant is suspended; its keys can read and change nothing.');
  }
}

@ProblemType({
  code: 'internal',
  status: 500,
  title: 'Something went wrong here',
  cause: 'A fault of this server; the log has it under the request id.',
  remedy: 'Try again; if it stays, report the request id.',
})
export class InternalFault extends Problem {
  constructor(requestId?: string) {
    super('The request was not carried out because of a fault of this server.', requestId ? { requestId } : {});
  }
}

@ProblemType({
  code: 'unavailable',
  status: 503,
  title: 'Not available at the moment',
  cause: 'The database cannot be reached or is too busy, the server is stopping, or it has not been given a master key yet. Unless the detail says so, nothing was changed.',
  remedy: 'Try again in a few seconds, with the same Idempotency-Key where something is changed.',
})
export class Unavailable extends Problem {
  override get headers(): Record<string, string> {
    return { 'retry-after': '1' };
  }
}
