import { Problem, ProblemType } from '#libs/platform';

@ProblemType({
  code: 'no-override',
  status: 404,
  title: 'The instance has no override',
  cause: 'Nobody has set other times than the rules’ for it.',
  remedy: 'Set them: PUT /v1/instances/{id}/retention/override.',
})
export class NoOverride extends Problem {
  constructor() {
    super('The times of the rules hold for this instance.');
  }
}
