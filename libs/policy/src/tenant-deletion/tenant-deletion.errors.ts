import { Problem, ProblemType } from '#libs/platform';

@ProblemType({
  code: 'tenant-deletion-closed',
  status: 409,
  title: 'The deletion of the tenant cannot be confirmed',
  cause: 'It was cancelled, its ten minutes are over, the tenant was changed since, or another one is under way.',
  remedy: 'Ask again: POST /v1/tenants/{id}/deletion-requests shows what would go now.',
})
export class TenantDeletionClosed extends Problem {}

@ProblemType({
  code: 'tenant-not-leaving',
  status: 409,
  title: 'No deletion of the tenant is under way',
  cause: 'Nobody has asked for its deletion, or it was cancelled before.',
  remedy: 'Read where it stands: GET /v1/tenants/{id}/deletion-requests.',
})
export class TenantNotLeaving extends Problem {
  constructor() {
    super('No deletion of this tenant is open or under way.');
  }
}
