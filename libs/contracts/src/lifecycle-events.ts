import type { Actor, Scope } from './caller.js';
import type { BulkRequestId, CertificateId, DeletionRequestId, EventId, HoldId, InstanceId, KeyId, PurgeId, RunId, TenantId } from './ids.js';
import type { Environment, Reason } from './states.js';

/**
 * The event catalogue: everything that is ever journalled about an instance.
 * `data` holds ids, enums and numbers; `personal` is encrypted under the instance's key and readable while that key lives.
 * Additive only: a published event never changes.
 */
export interface InstanceEvents {
  'instance.created': { data: { environment: Environment }; personal: { name: string; labels: Record<string, string> } };
  'instance.renamed': { data: Nothing; personal: { name: string } };
  /** The whole set of labels after the change. */
  'instance.labelled': { data: { keys: string[] }; personal: { labels: Record<string, string> } };
  'instance.protected': { data: Nothing };
  'instance.unprotected': { data: Nothing };
  'instance.started': { data: Nothing };
  'instance.stopped': { data: Nothing };
  /** By a rule of a policy version, or by a person (both null). */
  'instance.archived': { data: { ruleId: string | null; policyVersion: number | null } };
  'instance.restored': { data: { started: boolean } };
  /** Its keys are destroyed: nothing that is left of it can be read. `ruleId` and `policyVersion` are null when no rule decided. */
  'instance.purged': { data: { purgeId: PurgeId; certificateId: CertificateId; intent: RemovalIntent; ruleId: string | null; policyVersion: number | null } };
  /** The last row of it is gone; how many there were, by table. */
  'instance.erased': { data: { certificateId: CertificateId; rows: Record<string, number> } };
  /** The content of so many messages of those sent until `sentUntil` (ISO 8601) went by age, by the limit of a rule or (null) of the whole document. */
  'messages.erased': { data: { messages: number; sentUntil: string; ruleId: string | null; policyVersion: number } };
  /** `dueAt`, ISO 8601: not before; null when nobody can say yet. */
  'retention.purge_scheduled': { data: { purgeId: PurgeId; intent: RemovalIntent; ruleId: string | null; policyVersion: number | null; dueAt: string | null } };
  /** It is in use again, the rules ask for it no more, or a person took it back. */
  'retention.purge_cancelled': { data: { purgeId: PurgeId; cause: 'in_use' | 'rules' | 'person' } };
  /** `dueAt`, ISO 8601: not before. */
  'retention.notice_sent': { data: { purgeId: PurgeId; channel: 'journal'; dueAt: string | null } };
  'retention.approval_granted': { data: { purgeId: PurgeId; keyId: KeyId } };
  /** Other times than the rules' for this instance, ISO 8601; null: what the rule says. */
  'override.set': { data: { archiveAfter: string | null; purgeAfter: string | null; mayShorten: boolean } };
  'override.cleared': { data: Nothing };
  /** A hold on this instance alone: nothing removes it until the hold is released. */
  'instance.hold_placed': { data: { holdId: HoldId } };
  'instance.hold_released': { data: { holdId: HoldId } };
  /** Of its connection; `fields` are the names of what changed, never the values: one of them holds a password. */
  'instance.settings_changed': { data: { fields: string[] } };
  /** Somebody was kept from something destructive: an operation of the API (`deleteInstance`: a bare DELETE), by a problem of `docs/errors.md`. Nothing was changed. */
  'instance.attempt_refused': { data: { operationId: string; code: string; status: number } };
  /** The device is to leave the WhatsApp account: at once, or (`purgeId`) with the removal. The act of whoever asked for it; what the session says of it is `connection.closed`. */
  'connection.logout_requested': { data: { purgeId: PurgeId | null } };
  'connection.pairing_started': { data: Nothing };
  'connection.paired': { data: Nothing; personal: { phoneNumber: string } };
  'connection.opened': { data: { cycle: number } };
  /** `until`: when a temporary ban ends, ISO 8601. */
  'connection.closed': { data: { reason: Reason; code: number | null; until: string | null } };
  'connection.pairing_expired': { data: Nothing };
  /** A phone with another number than before scanned, and nobody had allowed that. */
  'connection.pairing_refused': { data: Nothing };
}

export interface TenantEvents {
  'tenant.created': { data: Nothing };
  /** Its name or quotas, by the operator; `fields` are the names of what changed. */
  'tenant.changed': { data: { fields: string[] } };
  /** Its sessions end, its keys only read, its clocks stand still. */
  'tenant.suspended': { data: Nothing };
  'tenant.resumed': { data: Nothing };
  'tenant.deletion_requested': { data: { deletionId: DeletionRequestId } };
  /** It is closed like a suspended one, and after its grace each of so many instances is removed. */
  'tenant.deletion_confirmed': { data: { deletionId: DeletionRequestId; instances: number } };
  'tenant.deletion_cancelled': { data: { deletionId: DeletionRequestId } };
  /** The last of it is gone: instances, keys, rules and its name. */
  'tenant.deleted': { data: { deletionId: DeletionRequestId } };
  /** The same where no instance of the tenant's is meant, or none that the key can see. */
  'tenant.attempt_refused': { data: { operationId: string; code: string; status: number } };
  'api_key.created': { data: { keyId: KeyId; environment: Environment; scopes: (Scope | '*')[] } };
  'api_key.revoked': { data: { keyId: KeyId } };
  /** Until `until` (ISO 8601) both keys work. */
  'api_key.rotated': { data: { keyId: KeyId; newKeyId: KeyId; until: string } };
  'policy.drafted': { data: { version: number } };
  'policy.activated': { data: { version: number; previousVersion: number | null; mode: 'off' | 'simulate' | 'enforce' } };
  /** A hold on every instance of the tenant, or on those with a label. */
  'hold.placed': { data: { holdId: HoldId; scope: 'selector' | 'tenant' } };
  'hold.released': { data: { holdId: HoldId; scope: 'selector' | 'tenant' } };
  /** Removals by rule that became due at a time. */
  'retention.run_started': { data: { runId: RunId; environment: Environment; due: number } };
  'retention.run_finished': { data: { runId: RunId; purged: number; refused: number } };
  /** It is over a limit of the policy: nothing of it is removed until somebody releases it. */
  'retention.run_blocked': { data: { runId: RunId; environment: Environment; due: number; overLimit: 'max_per_run' | 'max_percent_per_run' } };
  'retention.run_released': { data: { runId: RunId } };
  'retention.run_cancelled': { data: { runId: RunId } };
  /** So many lost their connection together, by nobody's wish: their clocks wait for an hour. More may follow within minutes and are no other storm. */
  'retention.storm_detected': { data: { environment: Environment; instances: number } };
  /** Somebody confirmed what is to be done to so many instances: each is decided again, and has entries of its own. */
  'retention.bulk_confirmed': { data: { bulkRequestId: BulkRequestId; environment: Environment; action: 'archive' | 'delete'; instances: number } };
  'retention.bulk_stopped': { data: { bulkRequestId: BulkRequestId } };
  'retention.bulk_finished': { data: { bulkRequestId: BulkRequestId; done: number; refused: number } };
  /** A checkpoint over the first `size` entries; `keyIds` signed it. */
  'audit.checkpoint_signed': { data: { size: number; keyIds: string[] } };
  /** More had been signed than there is, or other than that: the database is a restored backup. What follows is another log; it begins with `size` entries. */
  'audit.rolled_back': { data: { formerSize: number; formerGeneration: number; size: number } };
}

type Nothing = Record<string, never>;
/** Who asked for a removal: a rule, a person who confirmed it, the deletion of the whole tenant, or nobody anew: it had been purged, and was in a restored backup. */
export type RemovalIntent = 'rule' | 'person' | 'tenant' | 'tombstone';
export type LifecycleEvents = InstanceEvents & TenantEvents;
export type InstanceEventName = keyof InstanceEvents;
export type TenantEventName = keyof TenantEvents;
export type LifecycleEventName = keyof LifecycleEvents;

export type EventData<N extends LifecycleEventName> = LifecycleEvents[N]['data'];
export type EventPersonal<N extends LifecycleEventName> = LifecycleEvents[N] extends { personal: infer P } ? P : null;

/** An entry as subscribers receive it. `personal` is not opened for them: who needs it reads it under the instance's key. */
export interface LifecycleEvent<N extends LifecycleEventName = LifecycleEventName> {
  id: EventId;
  type: N;
  tenantId: TenantId;
  /** Null for the events of a tenant. */
  instanceId: N extends InstanceEventName ? InstanceId : null;
  /** Dense per instance, in commit order; null for the events of a tenant. */
  seq: N extends InstanceEventName ? number : null;
  occurredAt: Date;
  actor: Actor;
  causationId: EventId | null;
  data: EventData<N>;
}

/** Every name of the catalogue, at run time. The type refuses a list that forgets one. */
const NAMES: Record<LifecycleEventName, true> = {
  'instance.created': true,
  'instance.renamed': true,
  'instance.labelled': true,
  'instance.protected': true,
  'instance.unprotected': true,
  'instance.started': true,
  'instance.stopped': true,
  'instance.archived': true,
  'instance.restored': true,
  'instance.purged': true,
  'instance.erased': true,
  'messages.erased': true,
  'retention.purge_scheduled': true,
  'retention.purge_cancelled': true,
  'override.set': true,
  'override.cleared': true,
  'retention.notice_sent': true,
  'retention.approval_granted': true,
  'instance.hold_placed': true,
  'instance.hold_released': true,
  'instance.settings_changed': true,
  'instance.attempt_refused': true,
  'connection.logout_requested': true,
  'connection.pairing_started': true,
  'connection.paired': true,
  'connection.opened': true,
  'connection.closed': true,
  'connection.pairing_expired': true,
  'connection.pairing_refused': true,
  'tenant.created': true,
  'tenant.changed': true,
  'tenant.suspended': true,
  'tenant.resumed': true,
  'tenant.deletion_requested': true,
  'tenant.deletion_confirmed': true,
  'tenant.deletion_cancelled': true,
  'tenant.deleted': true,
  'tenant.attempt_refused': true,
  'api_key.created': true,
  'api_key.revoked': true,
  'api_key.rotated': true,
  'policy.drafted': true,
  'policy.activated': true,
  'hold.placed': true,
  'hold.released': true,
  'retention.run_started': true,
  'retention.run_finished': true,
  'retention.run_blocked': true,
  'retention.run_released': true,
  'retention.run_cancelled': true,
  'retention.storm_detected': true,
  'retention.bulk_confirmed': true,
  'retention.bulk_stopped': true,
  'retention.bulk_finished': true,
  'audit.checkpoint_signed': true,
  'audit.rolled_back': true,
};
export const LIFECYCLE_EVENT_NAMES = Object.keys(NAMES) as LifecycleEventName[];
