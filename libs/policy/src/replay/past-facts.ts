import type { Environment, InstanceEventName, Reason, TenantEventName } from '#libs/contracts';
import type { PastEntry } from '#libs/platform';
import type { RetentionFacts } from '#libs/retention';

/** What changes a fact that decide() asks for. */
export const PAST_EVENTS = [
  ...(['instance.created', 'instance.renamed', 'instance.labelled', 'instance.protected', 'instance.unprotected', 'instance.archived', 'instance.restored', 'instance.purged'] as const),
  ...(['retention.purge_scheduled', 'retention.purge_cancelled'] as const),
  ...(['connection.pairing_started', 'connection.pairing_expired', 'connection.pairing_refused', 'connection.paired', 'connection.opened', 'connection.closed'] as const),
] satisfies InstanceEventName[];
export const PAST_TURNS = ['tenant.suspended', 'tenant.resumed'] as const satisfies TenantEventName[];

/** Reasons that start no clock: what follows them counts from its own beginning. */
const NO_CLOCK: readonly (Reason | null)[] = ['platform_stopped', 'user_stopped', 'unknown'];

type Change = (facts: RetentionFacts, entry: PastEntry, at: number) => Partial<RetentionFacts>;

const CHANGES: Record<(typeof PAST_EVENTS)[number] | (typeof PAST_TURNS)[number], Change> = {
  'instance.created': (_facts, { personal }) => named(personal),
  'instance.renamed': (_facts, { personal }) => named(personal),
  'instance.labelled': (_facts, { personal }) => named(personal),
  'instance.protected': () => ({ deletionProtection: true }),
  'instance.unprotected': () => ({ deletionProtection: false }),
  // by a rule: the rules of then are what is replaced by others
  'instance.archived': (_facts, { actor }) => (actor.kind === 'rule' ? {} : { lifecycle: 'archived' }),
  'instance.restored': (facts, _entry, at) => ({ lifecycle: 'active', schedule: null, restoredAt: at, cycle: facts.cycle + 1 }),
  // what a rule of then removed is there in thought; what a person removed is gone
  'retention.purge_scheduled': ({ lifecycle, cycle }, { data }, at) => (data.intent === 'rule' ? {} : {
    ...({ lifecycle: 'purge_scheduled', lifecycleFrom: lifecycle === 'archived' ? 'archived' : 'active' } as const),
    ...{ schedule: { at, by: data.intent as 'person', cycle } },
  }),
  'retention.purge_cancelled': ({ lifecycleFrom, schedule, cycle }, _entry, at) =>
    schedule?.by === 'person' ? { lifecycle: lifecycleFrom ?? 'active', lifecycleFrom: null, schedule: null, cancelledAt: at, cycle: cycle + 1 } : {},
  'instance.purged': (_facts, { data }) => (data.intent === 'rule' ? {} : { lifecycle: 'purged' }),
  'connection.pairing_started': ({ pairingSince }, _entry, at) => ({ pairingSince: pairingSince ?? at }),
  'connection.pairing_expired': () => ({ pairingSince: null }),
  'connection.pairing_refused': () => ({ pairingSince: null }),
  'connection.paired': (_facts, _entry, at) => ({ settledState: 'disconnected', settledReason: 'unknown', settledSince: at, reasonAt: at, pairingSince: null }),
  'connection.opened': ({ cycle }, _entry, at) => ({
    ...({ settledState: 'connected', settledReason: null, settledSince: at, reasonAt: null, pairingSince: null } as const),
    ...{ lastConnectedAt: at, cycle: cycle + 1 },
  }),
  'connection.closed': closed,
  'tenant.suspended': () => ({ tenantSuspended: true }),
  'tenant.resumed': (_facts, _entry, at) => ({ tenantSuspended: false, tenantResumedAt: at }),
};

/** The facts of an instance after an entry of its journal, or of its tenant's. */
export function factsAfter(facts: RetentionFacts, entry: PastEntry): RetentionFacts {
  const change = CHANGES[entry.type as keyof typeof CHANGES] as Change | undefined;
  return change ? { ...facts, ...change(facts, entry, entry.occurredAt.getTime()) } : facts;
}

/** The facts of an instance of which nothing has happened yet. What no journal tells is as if there were none of it: activity, storms, holds, overrides, the kill switch. */
export function firstFacts({ instanceId, occurredAt }: PastEntry, environment: Environment): RetentionFacts {
  const at = occurredAt.getTime();
  return {
    ...({ instanceId: instanceId as RetentionFacts['instanceId'], environment, name: '', labels: {}, createdAt: at, deletionProtection: false, cycle: 0 } as const),
    ...({ desiredState: 'stopped', lifecycle: 'active', lifecycleFrom: null, schedule: null, restoredAt: null, cancelledAt: null, holdReleasedAt: null } as const),
    ...({ settledState: 'never_paired', settledReason: null, settledSince: at, reasonAt: null, pairingSince: null, stormUntil: null } as const),
    ...({ lastConnectedAt: null, lastActivityAt: null, override: null, noticeDeliveredAt: null, approvals: Infinity } as const),
    ...({ tenantSuspended: false, tenantLeaving: false, tenantResumedAt: null, removals: { last24h: 0, freesAt: null }, runBlocked: false, killSwitch: false, clockQuarantinedUntil: null } as const),
  };
}

/** Null when its key is gone: then nobody knows what it was called. */
function named(personal: PastEntry['personal']): Partial<RetentionFacts> {
  const { name, labels } = (personal ?? {}) as Partial<Pick<RetentionFacts, 'name' | 'labels'>>;
  return { ...(name !== undefined && { name }), ...(labels !== undefined && { labels }) };
}

function closed({ settledState, settledReason, settledSince }: RetentionFacts, { data }: PastEntry, at: number): Partial<RetentionFacts> {
  const reason = data.reason as Reason;
  if (settledState === 'connected') return { settledState: 'disconnected', settledReason: reason, settledSince: at, reasonAt: at, lastConnectedAt: at };
  return { settledReason: reason, settledSince: NO_CLOCK.includes(settledReason) ? at : settledSince, reasonAt: at };
}
