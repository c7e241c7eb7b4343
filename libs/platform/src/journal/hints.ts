import type { InstanceId, LifecycleEventName, TenantId } from '#libs/contracts';

/** Local, after a commit, may be lost: wakes the pumps, the sequencer and the session host. */
export const JOURNAL_APPENDED = 'journal.appended';
export interface JournalAppended {
  tenantId: TenantId;
  instanceId: InstanceId | null;
  type: LifecycleEventName;
}
