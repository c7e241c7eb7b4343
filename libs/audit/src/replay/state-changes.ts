import type { EventData, EventPersonal, InstanceEventName, Lifecycle } from '#libs/contracts';
import { type InstanceState, NO_CONNECTION } from './instance-state.js';

/** What an entry changes. `personal` is null where it has none, and where the key is gone. */
type Change<N extends InstanceEventName> = (data: EventData<N>, state: InstanceState, personal: Partial<EventPersonal<N>> | null) => Partial<InstanceState>;

const nothing = (): Partial<InstanceState> => ({});

/** What a tombstone keeps: nothing personal, no key, and which removal it was. */
const REMOVED = {
  ...({ lifecycle: 'purged', lifecycleFrom: null, purgeIntent: null, hasKey: false, desiredState: 'stopped' } as const),
  ...{ name: null, labels: {}, ...NO_CONNECTION, override: null },
};

/** Every event of an instance: the type refuses a table that forgets one. */
export const STATE_CHANGES: { [N in InstanceEventName]: Change<N> } = {
  'instance.created': ({ environment }, _state, personal) => ({ environment, ...personal }),
  'instance.renamed': (_data, _state, personal) => ({ ...personal }),
  'instance.labelled': (_data, _state, personal) => ({ ...personal }),
  'instance.protected': () => ({ deletionProtection: true }),
  'instance.unprotected': () => ({ deletionProtection: false }),
  'instance.started': () => ({ desiredState: 'running' }),
  'instance.stopped': () => ({ desiredState: 'stopped' }),
  // an archive stops it, and no entry says so again
  'instance.archived': () => ({ lifecycle: 'archived', desiredState: 'stopped' }),
  'instance.restored': ({ started }, { cycle }) => ({ lifecycle: 'active', desiredState: started ? 'running' : 'stopped', cycle: cycle + 1 }),
  // by rule it goes on, since a connection rescues it; by anybody else it is stopped
  'retention.purge_scheduled': ({ purgeId, intent }, { lifecycle, desiredState }) => ({
    ...{ lifecycle: 'purge_scheduled', lifecycleFrom: lifecycle, purgeId, purgeIntent: intent },
    desiredState: intent === 'rule' ? desiredState : 'stopped',
  }),
  'retention.purge_cancelled': (_data, { lifecycleFrom, cycle }) => ({
    ...{ lifecycle: lifecycleFrom ?? 'active', lifecycleFrom: null, purgeId: null, purgeIntent: null },
    cycle: cycle + 1,
  }),
  'instance.purged': ({ purgeId }) => ({ ...REMOVED, purgeId }),
  'connection.paired': (_data, _state, personal) => ({ settledState: 'disconnected', settledReason: 'unknown', ...personal }),
  'connection.opened': (_data, { cycle }) => ({ settledState: 'connected', settledReason: null, cycle: cycle + 1 }),
  'connection.closed': ({ reason }) => ({ settledState: 'disconnected', settledReason: reason }),
  'instance.hold_placed': ({ holdId }, { holds }) => ({ holds: [...holds, holdId].sort() }),
  'instance.hold_released': ({ holdId }, { holds }) => ({ holds: holds.filter((held) => held !== holdId) }),
  'override.set': ({ archiveAfter, purgeAfter, mayShorten }) => ({ override: { archiveAfter, purgeAfter, mayShorten } }),
  'override.cleared': () => ({ override: null }),
  ...{ 'instance.erased': nothing, 'messages.erased': nothing, 'instance.settings_changed': nothing, 'instance.attempt_refused': nothing },
  ...{ 'retention.notice_sent': nothing, 'retention.approval_granted': nothing },
  // attempts, which settle nothing
  ...{ 'connection.logout_requested': nothing, 'connection.pairing_started': nothing, 'connection.pairing_expired': nothing, 'connection.pairing_refused': nothing },
};

/** Where what an entry tells can only have happened. */
export const POSSIBLE_FROM: Partial<Record<string, readonly Lifecycle[]>> = {
  'instance.archived': ['active'],
  'instance.restored': ['archived'],
  'retention.purge_scheduled': ['active', 'archived'],
  'retention.purge_cancelled': ['purge_scheduled'],
  'instance.purged': ['purge_scheduled'],
  'instance.erased': ['purged'],
};
