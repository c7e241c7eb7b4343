import type { ConnectionState, InstanceEvents, Reason, SettledState } from '#libs/contracts';

/** What the row says about a session, apart from who owns it and when the next attempt is. */
export interface ConnectionFacts {
  state: ConnectionState;
  since: Date;
  /** What a rule sees: attempts do not count. */
  settledState: SettledState;
  settledReason: Reason | null;
  settledSince: Date;
  reasonAt: Date | null;
  pairingSince: Date | null;
  /** The first attempt since it was last connected, stopped or halted. */
  tryingSince: Date | null;
}

export type ConnectionChange =
  | { kind: 'pairing' | 'connecting' | 'paired' | 'opened' | 'pairing_expired' | 'pairing_refused' }
  /**
   * A connection that ended, an attempt that failed, or a stop: which of them follows from where it stands. `final`: nobody tries again by
   * itself, so it is WhatsApp's last word and not a passing trouble.
   */
  | { kind: 'closed'; reason: Reason; code: number | null; until: Date | null; final: boolean };

type Closed = Extract<ConnectionChange, { kind: 'closed' }>;
type ChangeKind = ConnectionChange['kind'];

/** From where a change may come, and where it leads. `settled`: back to what it was before the attempt. */
export const CONNECTION_MOVES: Record<ChangeKind, Partial<Record<ConnectionState, ConnectionState | 'settled'>>> = {
  pairing: { never_paired: 'pairing', disconnected: 'pairing', pairing: 'pairing' },
  connecting: { disconnected: 'connecting', connecting: 'connecting' },
  paired: { pairing: 'connecting' },
  opened: { connecting: 'connected' },
  pairing_expired: { pairing: 'settled' },
  pairing_refused: { pairing: 'settled' },
  closed: { never_paired: 'settled', pairing: 'settled', connecting: 'settled', connected: 'disconnected', disconnected: 'settled' },
};

export interface NextConnection {
  facts: ConnectionFacts;
  /** The closing to journal; null when nothing changed that matters. A failed attempt alone is none. */
  closed: InstanceEvents['connection.closed']['data'] | null;
}

/** @throws ImpossibleMove when the table has no such move */
export function nextConnectionState(facts: ConnectionFacts, change: ConnectionChange, now: Date): NextConnection {
  const to = CONNECTION_MOVES[change.kind][facts.state];
  if (!to) throw new ImpossibleMove(facts.state, change.kind);
  switch (change.kind) {
    case 'pairing':
      return silently({ ...facts, ...stateOf(facts, 'pairing', now), pairingSince: facts.pairingSince ?? now, tryingSince: null });
    case 'connecting':
      return silently({ ...facts, ...stateOf(facts, 'connecting', now), tryingSince: facts.tryingSince ?? now });
    case 'paired':
      return silently({ ...facts, ...stateOf(facts, 'connecting', now), ...LINKED, settledSince: now, reasonAt: now, tryingSince: now });
    case 'opened':
      return silently({ ...facts, ...CONNECTED, since: now, settledSince: now });
    case 'pairing_expired':
    case 'pairing_refused':
      return silently(settle(facts));
    case 'closed':
      return facts.settledState === 'connected' ? disconnect(facts, change, now) : giveUp(facts, change, now);
  }
}

export class ImpossibleMove extends Error {
  constructor(state: ConnectionState, change: ChangeKind) {
    super(`A connection that is ${state} cannot become ${change}`);
  }
}

/** Paired and not yet connected: it was never abandoned, so no rule may act on it by default. */
const LINKED = { settledState: 'disconnected', settledReason: 'unknown', pairingSince: null } as const;
const CONNECTED = {
  ...({ state: 'connected', settledState: 'connected' } as const),
  ...{ settledReason: null, reasonAt: null, pairingSince: null, tryingSince: null },
};

const silently = (facts: ConnectionFacts): NextConnection => ({ facts, closed: null });

const stateOf = (facts: ConnectionFacts, state: ConnectionState, now: Date): Pick<ConnectionFacts, 'state' | 'since'> =>
  facts.state === state ? { state, since: facts.since } : { state, since: now };

/** Back to what it was before the attempt. */
const settle = (facts: ConnectionFacts): ConnectionFacts => ({
  ...facts,
  state: facts.settledState,
  since: facts.settledSince,
  pairingSince: null,
});

function disconnect(facts: ConnectionFacts, { reason, ...how }: Closed, now: Date): NextConnection {
  const settled = { settledState: 'disconnected', settledReason: reason, settledSince: now, reasonAt: now } as const;
  return { facts: { ...facts, ...settled, state: 'disconnected', since: now, tryingSince: null }, closed: dataOf({ reason, ...how }) };
}

/** The attempt ended. The reason changes when the new one says more than the old; `since` survives, unless the old one started no clock. */
function giveUp(facts: ConnectionFacts, change: Closed, now: Date): NextConnection {
  const before = settle(facts);
  if (change.reason === 'user_stopped') before.tryingSince = null;
  if (!facts.settledReason || !saysMore(change, facts.settledReason, triedFor(facts, now))) return silently(before);
  const since = NO_CLOCK.has(facts.settledReason) ? now : facts.settledSince;
  return { facts: { ...before, settledReason: change.reason, settledSince: since, since, reasonAt: now }, closed: dataOf(change) };
}

const dataOf = ({ reason, code, until }: Omit<Closed, 'kind' | 'final'>) => ({ reason, code, until: until?.toISOString() ?? null });
const triedFor = ({ tryingSince }: ConnectionFacts, now: Date): number => (tryingSince ? now.getTime() - tryingSince.getTime() : 0);

const PATIENCE_MS = 30 * 60_000;
/** No rule acts on these by default, so their time must not count for whatever reason follows. */
const NO_CLOCK: ReadonlySet<Reason> = new Set(['platform_stopped', 'user_stopped', 'unknown']);
const NETWORK: ReadonlySet<Reason> = new Set(['connection_lost', 'timed_out']);
/** It may pass while we go on trying: until it has lasted, what we stopped ourselves is still our doing. */
const PASSING: ReadonlySet<Reason> = new Set(['connection_lost', 'timed_out', 'bad_session', 'version_rejected']);
/** What WhatsApp said about the account: a stop by the tenant does not make it untrue. */
const OF_THE_ACCOUNT: ReadonlySet<Reason> = new Set(['logged_out', 'banned', 'replaced']);

function saysMore({ reason, final }: Closed, than: Reason, triedForMs: number): boolean {
  if (reason === than || reason === 'platform_stopped' || reason === 'unknown') return false;
  if (reason === 'user_stopped') return !OF_THE_ACCOUNT.has(than);
  if (NO_CLOCK.has(than)) return final || !PASSING.has(reason) || triedForMs >= PATIENCE_MS;
  return !NETWORK.has(reason);
}
