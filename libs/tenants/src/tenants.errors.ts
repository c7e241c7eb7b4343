import type { Quotas } from '#libs/contracts';
import { Problem, ProblemType } from '#libs/platform';

@ProblemType({
  code: 'tenant-not-found',
  status: 404,
  title: 'No such tenant',
  cause: 'The id is unknown.',
  remedy: 'List the tenants with the operator key: GET /v1/tenants.',
})
export class TenantNotFound extends Problem {
  constructor() {
    super('There is no tenant with this id.');
  }
}

@ProblemType({
  code: 'tenant-leaving',
  status: 409,
  title: 'The tenant is on its way out',
  cause: 'Its deletion is confirmed; until that is taken back it stays closed.',
  remedy: 'Take it back: DELETE /v1/tenants/{id}/deletion-requests.',
})
export class TenantLeaving extends Problem {
  constructor() {
    super('The deletion of this tenant is under way.');
  }
}

@ProblemType({
  code: 'tenant-deleted',
  status: 409,
  title: 'The tenant is deleted',
  cause: 'Its instances, keys and rules are gone; what is left is its id and its dates.',
  remedy: 'What is gone cannot be brought back. Make another tenant: POST /v1/tenants.',
})
export class TenantDeleted extends Problem {
  constructor() {
    super('The tenant is deleted.');
  }
}

@ProblemType({
  code: 'api-key-not-found',
  status: 404,
  title: 'No such key',
  cause: 'The id is unknown, belongs to another tenant, or the key was revoked before.',
  remedy: 'List the keys: GET /v1/api-keys.',
})
export class ApiKeyNotFound extends Problem {
  constructor() {
    super('There is no key with this id that could be revoked.');
  }
}

@ProblemType({
  code: 'scope-beyond-own',
  status: 403,
  title: 'A key cannot give what it does not have',
  cause: 'The new key would have a scope or an environment that the calling key lacks.',
  remedy: 'Ask for fewer scopes, or make the key with the operator key.',
})
export class ScopeBeyondOwn extends Problem {}

@ProblemType({
  code: 'quota-exceeded',
  status: 403,
  title: 'The tenant has as many as it may have',
  cause: 'A quota of the tenant is used up; `quota` and `limit` say which. Nothing was changed.',
  remedy: 'Archive or revoke what is not needed any more, or ask the operator for a higher quota. GET /v1/me shows what is used.',
})
export class QuotaExceeded extends Problem {
  constructor(quota: keyof Quotas, limit: number) {
    super(`This tenant may have ${limit} ${NAMES[quota]}, and has them.`, { quota, limit });
  }
}

const NAMES: Record<keyof Quotas, string> = {
  instances: 'instances that are not archived',
  apiKeys: 'keys',
  requestsPerMinute: 'requests a minute',
};
