import { Problem, ProblemType } from '#libs/platform';
import type { RunStatus } from './runs.repository.js';

@ProblemType({
  code: 'run-not-found',
  status: 404,
  title: 'No such run',
  cause: 'No run with this id was ever made in this tenant and environment.',
  remedy: 'List them: GET /v1/retention-runs.',
})
export class RunNotFound extends Problem {
  constructor() {
    super('There is no run with this id for this key.');
  }
}

@ProblemType({
  code: 'run-not-blocked',
  status: 409,
  title: 'The run does not wait',
  cause: 'Only a run that is over a limit waits to be released or cancelled; `runStatus` says where this one stands.',
  remedy: 'Read it: GET /v1/retention-runs/{id}.',
})
export class RunNotBlocked extends Problem {
  constructor(status: RunStatus) {
    super(`The run is ${status}.`, { runStatus: status });
  }
}
