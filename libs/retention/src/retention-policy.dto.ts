import { Type } from 'class-transformer';
import type { RetentionDocument, RetentionMode } from './retention-document.js';
import type { PolicyVersion } from './retention-policies.repository.js';

export class PolicyActorDto {
  /** @example "api_key" */
  kind!: 'api_key' | 'rule' | 'system';

  /** @example "key_01h455vb4pex5vsknk084sn02q" */
  id!: string;

  /** Of a key: what the operation asked of it, a scope or `operator`; absent in entries of before it was noted @example "retention:purge" */
  scope?: string;

  /** The request that led to it, as in the log @example "req_01h455vb4pex5vsknk084sn02q" */
  requestId?: string;
}

export class RetentionPolicyDto {
  /** The version in force; null before the first activation @example 3 */
  version!: number | null;

  /** off: no rule does anything; simulate: decisions are recorded, nothing is done; enforce: rules act @example "enforce" */
  mode!: RetentionMode;

  /** @example "2026-11-23T10:00:00.000Z" */
  activatedAt!: string | null;

  /** As it was saved; its schema is at /v1/retention-policy/schema @example { "schema": "retention/v1", "mode": "off", "rules": [] } */
  document!: Record<string, unknown>;
}

export class PolicyVersionSummaryDto {
  /** @example 3 */
  version!: number;

  /** @example "enforce" */
  mode!: RetentionMode;

  /** Whether it is the one in force @example true */
  active!: boolean;

  /** @example "2026-11-23T10:00:00.000Z" */
  createdAt!: string;

  @Type(() => PolicyActorDto)
  createdBy!: PolicyActorDto;

  /** null: a draft that was never in force @example "2026-11-23T10:00:00.000Z" */
  activatedAt!: string | null;

  @Type(() => PolicyActorDto)
  activatedBy!: PolicyActorDto | null;
}

export class PolicyVersionDto extends PolicyVersionSummaryDto {
  /** As it was saved @example { "schema": "retention/v1", "mode": "off", "rules": [] } */
  document!: Record<string, unknown>;
}

export class PolicyVersionPageDto {
  data!: PolicyVersionSummaryDto[];

  /** null on the last page */
  nextCursor!: string | null;
}

interface PolicyInForce {
  version: number | null;
  activatedAt: Date | null;
  document: RetentionDocument;
}

export function toRetentionPolicyDto({ version, activatedAt, document }: PolicyInForce): RetentionPolicyDto {
  return { version, mode: document.mode, activatedAt: activatedAt?.toISOString() ?? null, document: { ...document } };
}

export function toPolicyVersionSummaryDto(version: PolicyVersion): PolicyVersionSummaryDto {
  const { document, createdAt, activatedAt, ...rest } = version;
  return { ...rest, mode: document.mode, createdAt: createdAt.toISOString(), activatedAt: activatedAt?.toISOString() ?? null };
}

export function toPolicyVersionDto(version: PolicyVersion): PolicyVersionDto {
  return { ...toPolicyVersionSummaryDto(version), document: { ...version.document } };
}
