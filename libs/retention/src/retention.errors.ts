import { type FieldFault, Problem, ProblemType } from '#libs/platform';

@ProblemType({
  code: 'policy-version-not-found',
  status: 404,
  title: 'No such version of the policy',
  cause: 'No draft with this number was ever saved by this tenant.',
  remedy: 'List the versions: GET /v1/retention-policy/versions.',
})
export class PolicyVersionNotFound extends Problem {
  constructor() {
    super('There is no version of the retention policy with this number.');
  }
}

@ProblemType({
  code: 'policy-unsupported',
  status: 422,
  title: 'This version cannot be activated yet',
  cause: 'It asks for something that this release can store but does not do. A rule that is active and does nothing would be a false promise.',
  remedy: 'Save a draft without what `errors` names, and activate that.',
})
export class PolicyUnsupported extends Problem {
  constructor(errors: FieldFault[]) {
    super('The version says things that nothing acts on yet; `errors` names each.', { errors });
  }
}

@ProblemType({
  code: 'live-rules-need-live-key',
  status: 403,
  title: 'A test key cannot change what happens to live instances',
  cause: 'The version, or the one in force, has a rule that acts on live instances. A test key decides about sandbox instances only.',
  remedy: 'Activate it with a live key, or say "environment": ["test"] in every rule that acts.',
})
export class LiveRulesNeedLiveKey extends Problem {
  constructor() {
    super('Rules that act on live instances are put in force, and taken out of it, with a live key.');
  }
}
