import type { InstanceId, KeyId, RequestId, TenantId } from './ids.js';
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
  /** of a key: what the route asked of it, a scope (several with a space between) or `operator`; absent in entries of before this was said */
  scope?: string;
  requestId?: RequestId;
}

/** What a request asks besides its body: that it is acted on once, and only on the version its sender has seen. */
export interface RequestTerms {
  /** its `Idempotency-Key`, for mutations */
  idempotency: IdempotencyTerms | null;
  /** its `If-Match`: the versions of which one must be the present one; null: any */
  ifMatch: readonly number[] | null;
  /** set by the unit of work when it begins: the instances that it turns out to be about */
  concerned?: ReadonlySet<InstanceId>;
}

export interface IdempotencyTerms {
  /** SHA-256 of the key, which may be up to 255 characters */
  keyHash: Buffer;
  /** SHA-256 of what was asked: a key stands for one request */
  fingerprint: Buffer;
  /** fields of the reply that are repeated for ten minutes only */
  secretFields: readonly string[];
  /** the effect lies outside the database */
  outside: boolean;
  /** it does, and the key was put on record before it begins */
  claimed: boolean;
  /** set by the unit of work that has kept the reply */
  kept: boolean;
}

/** A tenant's authenticated request. `*` among the scopes means all of them. */
export interface Caller {
  kind: 'tenant';
  keyId: KeyId;
  tenantId: TenantId;
  environment: Environment;
  scopes: readonly (Scope | '*')[];
  actor: Actor;
  /** absent: none */
  terms?: RequestTerms;
}

/** A request with an operator key: manages tenants and the platform, owns no instance. */
export interface Operator {
  kind: 'operator';
  keyId: KeyId;
  actor: Actor;
  /** absent: none */
  terms?: RequestTerms;
}

/** Whoever a key belongs to. */
export type Principal = Caller | Operator;
