import { Problem, ProblemType } from './problem.js';

@ProblemType({
  code: 'version-changed',
  status: 412,
  title: 'It has changed since you read it',
  cause: 'The version that `If-Match` names is not the present one. Nothing was changed.',
  remedy: 'Read it again, look at what changed, and repeat the request with the new ETag.',
})
export class VersionChanged extends Problem {
  constructor(version: number) {
    super(`The present version is ${version}.`, { version });
  }
}

@ProblemType({
  code: 'if-match-unsupported',
  status: 400,
  title: 'This operation has no version to match',
  cause: '`If-Match` was sent to an operation that does not change one versioned thing. Nothing was changed.',
  remedy: 'Leave the header out.',
})
export class IfMatchUnsupported extends Problem {
  constructor() {
    super('This operation cannot be made conditional with If-Match.');
  }
}
