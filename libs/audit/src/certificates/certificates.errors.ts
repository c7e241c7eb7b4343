import type { CertificateId } from '#libs/contracts';
import { Problem, ProblemType } from '#libs/platform';

@ProblemType({
  code: 'certificate-not-found',
  status: 404,
  title: 'There is nothing to certify',
  cause: 'No removal has a certificate with this id, or there is no such instance, in this tenant and environment.',
  remedy: 'The certificate id of a removal is in its entry instance.purged; for a certificate of existence give the id of an instance.',
})
export class CertificateNotFound extends Problem {
  constructor() {
    super('There is nothing with this id for this key that could be certified.');
  }
}

@ProblemType({
  code: 'existence-ended',
  status: 409,
  title: 'The instance was purged',
  cause: 'What was purged has a certificate of destruction, and none of existence; `certificateId` says which.',
  remedy: 'Read it: GET /v1/audit/certificates/{certificateId}.',
})
export class ExistenceEnded extends Problem {
  constructor(certificateId: CertificateId) {
    super('The instance was purged, so that it exists cannot be certified.', { certificateId });
  }
}
