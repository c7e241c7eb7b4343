import { Problem, ProblemType } from '../http/problem.js';

@ProblemType({
  code: 'instance-not-found',
  status: 404,
  title: 'No such instance',
  cause: 'The id is unknown, or belongs to another tenant or to the other environment; the three look alike on purpose.',
  remedy: 'List the instances with the same key: GET /v1/instances.',
})
export class InstanceNotFound extends Problem {
  constructor() {
    super('There is no instance with this id for this key.');
  }
}
