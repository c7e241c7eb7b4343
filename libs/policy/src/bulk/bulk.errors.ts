import { Problem, ProblemType } from '#libs/platform';

@ProblemType({
  code: 'bulk-request-not-found',
  status: 404,
  title: 'No such bulk request',
  cause: 'Nobody of this tenant and environment asked for something to be done to many instances with this id.',
  remedy: 'List them: GET /v1/bulk-requests.',
})
export class BulkRequestNotFound extends Problem {
  constructor() {
    super('There is no bulk request with this id for this key.');
  }
}

@ProblemType({
  code: 'bulk-request-closed',
  status: 409,
  title: 'The bulk request is closed',
  cause: 'It was stopped, or its ten minutes are over.',
  remedy: 'Ask again: POST /v1/bulk-requests shows what would be done now.',
})
export class BulkRequestClosed extends Problem {}

@ProblemType({
  code: 'instance-changed',
  status: 409,
  title: 'The instance was changed since',
  cause: 'Somebody changed it after the request that is about it: what would be done is not what was shown.',
  remedy: 'Read it, and ask again.',
})
export class InstanceChanged extends Problem {
  constructor() {
    super('The instance was changed since it was asked for.');
  }
}
