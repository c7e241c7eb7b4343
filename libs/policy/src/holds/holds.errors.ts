import type { CertificateId, PurgeId } from '#libs/contracts';
import { Problem, ProblemType } from '#libs/platform';

@ProblemType({
  code: 'hold-not-found',
  status: 404,
  title: 'No such hold',
  cause: 'No hold with this id was ever placed by this tenant in this environment, or it was released already.',
  remedy: 'List them: GET /v1/holds, and GET /v1/holds?status=released.',
})
export class HoldNotFound extends Problem {
  constructor() {
    super('There is no hold with this id that is in force.');
  }
}

@ProblemType({
  code: 'too-many-holds',
  status: 403,
  title: 'The tenant has as many holds as it may have',
  cause: 'Every decision reads them, so there may be 1,000 in force at a time. Nothing was changed.',
  remedy: 'Release those that are not needed, or hold by a label: one hold covers whatever has it.',
})
export class TooManyHolds extends Problem {
  constructor(limit: number) {
    super(`This tenant may have ${limit} holds in force, and has them.`, { limit });
  }
}

@ProblemType({
  code: 'hold-too-late',
  status: 409,
  title: 'The instance is gone',
  cause: 'It was purged before the hold came; `purgeId` names the removal.',
  remedy: 'There is nothing left to hold. GET /v1/purges/{id}/certificate proves the removal, and GET /v1/instances/{id}/events says who removed it, when and by which rule.',
})
export class HoldTooLate extends Problem {
  constructor(certificate: { id: CertificateId; purgeId: PurgeId }) {
    super('The instance was purged before the hold came.', { purgeId: certificate.purgeId, certificateId: certificate.id });
  }
}
