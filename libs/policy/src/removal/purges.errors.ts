import { Problem, ProblemType } from '#libs/platform';
import type { PurgeStatus } from './purges.repository.js';

@ProblemType({
  code: 'purge-not-found',
  status: 404,
  title: 'No such removal',
  cause: 'No removal with this id was ever scheduled in this tenant and environment.',
  remedy: 'List them: GET /v1/purges.',
})
export class PurgeNotFound extends Problem {
  constructor() {
    super('There is no removal with this id for this key.');
  }
}

@ProblemType({
  code: 'purge-ended',
  status: 409,
  title: 'The removal is not scheduled any more',
  cause: 'It was taken back, or it was carried out; `purgeStatus` says which.',
  remedy: 'Read it: GET /v1/purges/{id}. What was carried out cannot be undone.',
})
export class PurgeEnded extends Problem {
  constructor(status: PurgeStatus) {
    super(status === 'purged' ? 'The removal was carried out.' : 'The removal was taken back before.', { purgeStatus: status });
  }
}

@ProblemType({
  code: 'purge-not-carried-out',
  status: 409,
  title: 'The removal was not carried out',
  cause: 'There is a certificate of what was destroyed only; `purgeStatus` says whether it is scheduled or was taken back.',
  remedy: 'Read the removal: GET /v1/purges/{id}.',
})
export class PurgeNotCarriedOut extends Problem {
  constructor(status: PurgeStatus) {
    super('Nothing was destroyed, so there is no certificate.', { purgeStatus: status });
  }
}

@ProblemType({
  code: 'approval-not-independent',
  status: 403,
  title: 'This key cannot approve the removal',
  cause: 'It asked for the removal or put its rule in force, was made by the key that did, or is younger than the removal.',
  remedy: 'Approve it with a key that somebody else has had since before the removal was scheduled.',
})
export class ApprovalNotIndependent extends Problem {
  constructor() {
    super('Whoever asks for a removal does not approve it, and neither does a key that they made, or one that is younger than the removal.');
  }
}
