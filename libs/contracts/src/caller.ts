import type { KeyId, RequestId, TenantId } from './ids.js';
import type { Environment } from './states.js';

export const SCOPES = [
  'instances:read',
  'instances:write',
  'messages:send',
  'messages:read',
  'retention:read',
  'retention:write',
  'retention:purge',
  'holds:write',
  'audit:read',
  'webhooks:write',
  'keys:write',
] as const;
export type Scope = (typeof SCOPES)[number];

/** Who acted: an API key, a rule of a policy version, or the product itself. */
export interface Actor {
  kind: 'api_key' | 'rule' | 'system';
  /** key id; `policy/<version>/<rule>`; or the part of the product, for example `connections` */
  id: string;
  requestId?: RequestId;
}

/** A tenant's authenticated request. `*` among the scopes means all of them. */
export interface Caller {
  kind: 'tenant';
  keyId: KeyId;
  tenantId: TenantId;
  environment: Environment;
  scopes: readonly (Scope | '*')[];
  actor: Actor;
}

/** A request with an operator key: manages tenants and the platform, owns no instance. */
export interface Operator {
  kind: 'operator';
  keyId: KeyId;
  actor: Actor;
}
