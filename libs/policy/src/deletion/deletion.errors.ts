import type { InstanceId } from '#libs/contracts';
import { Problem, ProblemType } from '#libs/platform';
import type { Blocker } from '#libs/retention';

@ProblemType({
  code: 'deletion-protected',
  status: 409,
  title: 'The instance is protected from deletion',
  cause: 'Somebody has set `deletionProtection`, so that it is not deleted by mistake.',
  remedy: 'Take the protection away first: PATCH /v1/instances/{id} with "deletionProtection": false.',
})
export class DeletionProtected extends Problem {
  constructor(id: InstanceId) {
    super('The instance is protected from deletion.', { instanceUrl: `/v1/instances/${id}` });
  }
}

@ProblemType({
  code: 'deletion-request-not-found',
  status: 404,
  title: 'No such deletion request',
  cause: 'Nobody of this tenant and environment asked for a deletion with this id.',
  remedy: 'List them: GET /v1/deletion-requests.',
})
export class DeletionRequestNotFound extends Problem {
  constructor() {
    super('There is no deletion request with this id for this key.');
  }
}

@ProblemType({
  code: 'deletion-request-closed',
  status: 409,
  title: 'The deletion request is closed',
  cause: 'It was cancelled, its ten minutes are over, or the instance was changed since: what would be confirmed is not what was shown.',
  remedy: 'Ask again: POST /v1/instances/{id}/deletion-requests shows what would go now.',
})
export class DeletionRequestClosed extends Problem {}

@ProblemType({
  code: 'deletion-blocked',
  status: 409,
  title: 'Something stands in the way of the deletion',
  cause: 'A hold, a rule that retains the instance, a suspension or the operator; `blockers` names each.',
  remedy: 'End what blocks, or wait for its end, and confirm then. Explain says when that is: GET /v1/instances/{id}/retention.',
})
export class DeletionBlocked extends Problem {
  constructor(readonly blockers: readonly Blocker[]) {
    const shown = blockers.map(({ code, detail, until }) => ({ code, detail, until: until === null ? 'indefinite' : new Date(until).toISOString() }));
    super('Something stands in the way; `blockers` names each.', { blockers: shown });
  }
}

@ProblemType({
  code: 'deletion-carried-out',
  status: 409,
  title: 'The deletion was carried out',
  cause: 'Its grace is over and the keys of the instance are destroyed.',
  remedy: 'What is gone cannot be brought back.',
})
export class DeletionCarriedOut extends Problem {
  constructor() {
    super('The instance is gone; the deletion cannot be taken back.');
  }
}

@ProblemType({
  code: 'logout-impossible',
  status: 409,
  title: 'The instance is not connected, so it cannot log out',
  cause: 'The confirmation asked for the device to leave the WhatsApp account, which takes a connection. Nothing was scheduled.',
  remedy: 'Start the instance, wait until it is connected and ask for the deletion again; or confirm without `logout`, and take the device away on the phone.',
})
export class LogoutImpossible extends Problem {
  constructor() {
    super('The instance has no live connection to WhatsApp.');
  }
}
