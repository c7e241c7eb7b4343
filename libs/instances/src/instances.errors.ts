import type { InstanceId } from '#libs/contracts';
import { Problem, ProblemType } from '#libs/platform';

@ProblemType({
  code: 'name-taken',
  status: 409,
  title: 'Another instance has this name',
  cause: 'Names are unique per tenant, whatever their case and the spaces around them. The existing instance was not touched.',
  remedy: 'Choose another name, or use the instance that has it.',
})
export class NameTaken extends Problem {
  constructor(name: string) {
    super(`Another instance of this tenant is called "${name}".`);
  }
}

@ProblemType({
  code: 'instance-archived',
  status: 409,
  title: 'The instance is archived',
  cause: 'An archived instance has no session.',
  remedy: 'Restore it first: POST /v1/instances/{id}/restore, with ?start=true to start it at once.',
})
export class InstanceArchived extends Problem {
  constructor(id: string) {
    super('The instance is archived; restore it before it can be started.', { restore: `/v1/instances/${id}/restore?start=true` });
  }
}

@ProblemType({
  code: 'instance-leaving',
  status: 409,
  title: 'The instance is scheduled to be removed',
  cause: 'Somebody has confirmed its deletion, or a rule is removing it from the archive: it is not started before that is taken back.',
  remedy: 'Take it back: DELETE /v1/deletion-requests/{id} for a deletion, POST /v1/purges/{id}/cancel for any removal.',
})
export class InstanceLeaving extends Problem {
  constructor(id: InstanceId) {
    super('The instance is scheduled to be removed; take that back before it is started.', { purges: `/v1/purges?instanceId=${id}` });
  }
}

@ProblemType({
  code: 'instance-purged',
  status: 409,
  title: 'The instance is gone',
  cause: 'It was purged. Only its tombstone remains.',
  remedy: 'Create a new instance; the name is free again.',
})
export class InstancePurged extends Problem {
  constructor() {
    super('The instance was purged and cannot be changed.');
  }
}

@ProblemType({
  code: 'environment-mismatch',
  status: 403,
  title: 'This key is of the other environment',
  cause: 'A test key makes and sees sandbox instances only, a live key only live ones.',
  remedy: 'Use a key of that environment, or leave `environment` out.',
})
export class EnvironmentMismatch extends Problem {
  constructor(environment: string) {
    super(`This is a ${environment} key; it makes ${environment} instances only.`);
  }
}
