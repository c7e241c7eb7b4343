import type { Reason } from '#libs/contracts';
import { chooseStopReason, isStopped, type StopReason } from './choose-stop-reason.js';
import type { ConnectionPatch, LockedConnection } from './connections.repository.js';
import type { ConnectionChange } from './next-connection-state.js';
import type { ConnectHistory, NextStep } from './plan-reconnect.js';

/** What is written when a socket has ended. */
export interface EndRecord {
  /** null: what it was in goes on, and only the next attempt is set */
  change: ConnectionChange | null;
  patch: ConnectionPatch;
}

type Ended = Pick<LockedConnection, 'shouldRun' | 'suspended' | 'archived' | 'facts' | 'seq' | 'now'>;
type Of<S extends NextStep['step']> = Extract<NextStep, { step: S }>;

/** Nobody owns it, and what went wrong before is forgotten. */
export const FREE = { ownerNode: null, attempts: 0, flaps: 0, retryInMs: null } as const;

export const stopOf = (row: Ended, asked: StopReason, code: number | null) =>
  ({ kind: 'closed', reason: chooseStopReason(row, asked), code, until: null, final: false }) as const;

/** From the step that follows, what of it is on record. */
export function recordOfEnd(row: Ended, next: NextStep, code: number | null, history: Pick<ConnectHistory, 'attempts' | 'flaps'>): EndRecord {
  switch (next.step) {
    case 'expire_pairing':
    case 'refuse_pairing':
      return endOfPairing(row, next.step);
    case 'stop':
      return { change: closed(next.reason, code, { final: true }), patch: { ...FREE, haltedSeq: row.seq, lastClose: { reason: next.reason, code } } };
    default:
      return isStopped(row) && mayGoUnsaid(next, row) ? { change: stopOf(row, 'user_stopped', code), patch: FREE } : anotherAttempt(row, next, code, history);
  }
}

function anotherAttempt(row: Ended, next: Of<'retry' | 'reconnect'>, code: number | null, history: Pick<ConnectHistory, 'attempts' | 'flaps'>): EndRecord {
  const patch = { ownerNode: null, ...history, retryInMs: next.step === 'retry' ? next.delayMs : 0 };
  // WhatsApp ends a pairing that went well with a restart: that is no trouble
  if (next.step === 'reconnect' && row.facts.state === 'connecting') return { change: null, patch };
  const reason = next.step === 'retry' ? next.reason : 'connection_lost';
  const told = { ...patch, lastClose: { reason, code } };
  // a pairing goes on until its time is over
  if (row.facts.state === 'pairing') return { change: null, patch: told };
  return { change: closed(reason, code, { until: next.step === 'retry' ? endOfBan(row.now, next) : null }), patch: told };
}

/** Credentials that WhatsApp had accepted cannot expire. */
function endOfPairing({ facts, seq }: Ended, step: 'expire_pairing' | 'refuse_pairing'): EndRecord {
  const [kind, pairingOutcome] = step === 'expire_pairing' ? (['pairing_expired', 'expired'] as const) : (['pairing_refused', 'other_number'] as const);
  const change = facts.state === 'pairing' ? { kind } : closed('unknown', null);
  return { change, patch: { ...FREE, haltedSeq: seq, pairingOutcome, otherNumberAllowed: false } };
}

const closed = (reason: Reason, code: number | null, { until = null, final = false }: { until?: Date | null; final?: boolean } = {}) =>
  ({ kind: 'closed', reason, code, until, final }) as const;

/** Of what was to be stopped anyway: an end that says nothing about the account. */
const mayGoUnsaid = (next: Of<'retry' | 'reconnect'>, { facts }: Ended): boolean =>
  next.step === 'reconnect' || facts.state === 'pairing' || next.reason === 'connection_lost' || next.reason === 'timed_out';

const endOfBan = (now: Date, { bannedForMs }: Of<'retry'>): Date | null => (bannedForMs === null ? null : new Date(now.getTime() + bannedForMs));
