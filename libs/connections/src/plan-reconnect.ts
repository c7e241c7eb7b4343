import type { Reason } from '#libs/contracts';

/** How a socket ended, as far as the next step depends on it. */
export interface SocketClose {
  /** WhatsApp's or Baileys' status; null when there was none */
  code: number | null;
  /** a 408 that is no time-out: nobody scanned any of the QR codes */
  qrEnded: boolean;
  /** the phone that scanned has another number than the instance had before; we closed */
  otherNumber: boolean;
  /** the network said no (refused, reset, unknown host), in contrast to no answer in time */
  networkFault: boolean;
  /** of a temporary ban */
  expiresInSeconds: number | null;
}

export interface ConnectHistory {
  /** the credentials have an `account`: WhatsApp has accepted this device before */
  paired: boolean;
  /** logins in a row that failed, this one included */
  attempts: number;
  /** connections in a row that did not last, this one included */
  flaps: number;
}

export type NextStep =
  | { step: 'reconnect' }
  | { step: 'retry'; reason: Reason; delayMs: number; bannedForMs: number | null }
  | { step: 'stop'; reason: Reason; revoke: boolean }
  | { step: 'expire_pairing' }
  | { step: 'refuse_pairing' };

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const FIRST_DELAY = SECOND;
const LONGEST_DELAY = 2 * MINUTE;
const OUTDATED_DELAY = 15 * MINUTE;
const BAN_WITHOUT_END = 60 * MINUTE;
/** A line may drop a few times; one that goes on doing so slows down. */
const FREE_FLAPS = 5;
/** A server that asks for nothing but restarts is not hammered. */
const RESTARTS_AT_ONCE = 3;

/**
 * What to do after a close. By code: 401 and 440 share their text. Nothing the network does ends the attempts or touches credentials.
 * @param random in [0, 1): full jitter, so that a fleet that fell together does not come back together
 */
export function planReconnect(close: SocketClose, { paired, attempts, flaps }: ConnectHistory, random: number): NextStep {
  const failures = Math.max(0, attempts - 1) + Math.max(0, flaps - FREE_FLAPS);
  const backoff = Math.floor(random * Math.min(LONGEST_DELAY, FIRST_DELAY * 2 ** failures));
  const retry = (reason: Reason, delayMs = backoff): NextStep => ({ step: 'retry', reason, delayMs, bannedForMs: null });
  if (close.otherNumber) return { step: 'refuse_pairing' };
  if (close.qrEnded) return { step: 'expire_pairing' };
  switch (close.code) {
    case 401:
      return paired ? { step: 'stop', reason: 'logged_out', revoke: true } : { step: 'expire_pairing' };
    case 402:
      return temporaryBan(close, random);
    case 403:
      return { step: 'stop', reason: 'banned', revoke: false };
    case 405:
      return retry('version_rejected', Math.floor(OUTDATED_DELAY * (0.5 + random)));
    case 411:
      return { step: 'stop', reason: 'bad_session', revoke: false };
    case 440:
      return { step: 'stop', reason: 'replaced', revoke: false };
    case 500:
      return retry('bad_session');
    case 515:
      return failures < RESTARTS_AT_ONCE ? { step: 'reconnect' } : retry('connection_lost');
    case 408:
      return retry(close.networkFault ? 'connection_lost' : 'timed_out');
    default:
      return retry('connection_lost');
  }
}

function temporaryBan({ expiresInSeconds }: SocketClose, random: number): NextStep {
  const bannedForMs = expiresInSeconds === null ? BAN_WITHOUT_END : expiresInSeconds * SECOND;
  return { step: 'retry', reason: 'banned', delayMs: bannedForMs + Math.floor(random * SECOND), bannedForMs };
}
