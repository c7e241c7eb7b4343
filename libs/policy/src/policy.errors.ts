import type { InstanceId, Lifecycle } from '#libs/contracts';
import { Problem, ProblemType } from '#libs/platform';

@ProblemType({
  code: 'instance-connected',
  status: 409,
  title: 'The instance is connected',
  cause: 'An instance in use is not archived: its session would end without anybody having said so.',
  remedy: 'Stop it first: POST /v1/instances/{id}/stop.',
})
export class InstanceConnected extends Problem {
  constructor(id: InstanceId) {
    super('The instance is connected; stop it before it is archived.', { stop: `/v1/instances/${id}/stop` });
  }
}

@ProblemType({
  code: 'instance-pairing',
  status: 409,
  title: 'The instance is being paired',
  cause: 'Somebody was asked to scan its QR code or to enter its code, and may be doing so now.',
  remedy: 'Wait until it is paired or its time is over, or stop it first: POST /v1/instances/{id}/stop.',
})
export class InstancePairing extends Problem {
  constructor(id: InstanceId) {
    super('The instance is being paired; stop it before it is archived.', { stop: `/v1/instances/${id}/stop` });
  }
}

@ProblemType({
  code: 'instance-not-active',
  status: 409,
  title: 'The instance is not active',
  cause: 'Only an active instance can be archived; this one is archived already, on its way out, or gone.',
  remedy: 'Read where it stands: GET /v1/instances/{id}.',
})
export class InstanceNotActive extends Problem {
  constructor(lifecycle: Lifecycle) {
    super(`The instance is ${lifecycle} and cannot be archived.`);
  }
}

@ProblemType({
  code: 'instance-not-archived',
  status: 409,
  title: 'The instance is not archived',
  cause: 'There is nothing to restore.',
  remedy: 'Start it instead: POST /v1/instances/{id}/start.',
})
export class InstanceNotArchived extends Problem {
  constructor(lifecycle: Lifecycle) {
    super(`The instance is ${lifecycle}; only an archived one can be restored.`);
  }
}

@ProblemType({
  code: 'policy-look-under-way',
  status: 409,
  title: 'Another look at all instances is under way',
  cause: 'A preview, a replay or an activation of this tenant goes through all its instances at this moment. There is one at a time.',
  remedy: 'Wait for its answer, and repeat the request.',
})
export class PolicyLookUnderWay extends Problem {
  constructor() {
    super('A preview, a replay or an activation of this tenant is under way.');
  }
}
