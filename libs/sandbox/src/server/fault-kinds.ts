/** What one kind of fault is: whom it meets, how long it lasts, and what it takes. */
export interface FaultTerms {
  /** a sentence for people */
  what: string;
  /** `once`: it happens and is over; `while`: it lasts for `seconds`; `either`: it lasts when seconds are given */
  lasts: 'once' | 'while' | 'either';
  /** `lines`: also those that are open when it begins; `comers`: only who comes while it lasts */
  meets: 'lines' | 'comers';
  /** not what comes before anybody has said who they are, nor what is counted over all */
  canBeAimed: boolean;
  /** the one field that belongs to it, and what that is when absent; no default: it must be given */
  takes?: { field: FaultField; default?: number };
}

export type FaultField = 'code' | 'milliseconds' | 'percent';

const once = (what: string): FaultTerms => ({ what, lasts: 'once', meets: 'lines', canBeAimed: true });
const whileItLasts = (what: string): FaultTerms => ({ what, lasts: 'while', meets: 'lines', canBeAimed: true });
const atLogin = (what: string): FaultTerms => ({ what, lasts: 'while', meets: 'comers', canBeAimed: true });
const beforeLogin = (what: string): FaultTerms => ({ what, lasts: 'while', meets: 'comers', canBeAimed: false });

/** Everything that may go wrong between a client and the simulated WhatsApp. */
export const FAULTS = {
  drop: once('the line is cut'),
  storm: { ...once('`percent` of the tenant’s lines are cut at once'), canBeAimed: false, takes: { field: 'percent' } },
  stream_end: once('the server ends the stream in order and closes'),
  replaced: once('another client has taken the session over: the server says so (440) and closes'),
  restart_515: once('the server asks for a restart (515) and closes'),
  stream_401: once('the server says that the device was removed (401) and closes; it was not, and may log in again'),
  stream_503: once('the server is unavailable (503) and closes'),
  bad_session: once('the server could not read a stanza (500) and closes'),
  multidevice_mismatch: once('the phone does not take part in multi-device (411)'),
  banned: { ...once('the account is banned (403): the line is closed and, when `seconds` are given, logins are refused for so long'), lasts: 'either' },
  temporary_ban: whileItLasts('the account is banned for `seconds` (402 with the rest of them): the line is closed, logins are refused'),
  stale_version: whileItLasts('the client is too old (405): the line is closed, logins are refused'),
  blackhole: whileItLasts('nothing passes on any line, neither open nor new; then they are cut'),
  latency: { ...whileItLasts('everything is `milliseconds` late, each way, in its order'), takes: { field: 'milliseconds' } },
  message_refused: { ...whileItLasts('messages of clients are not passed on and answered with the error `code` (463 when absent)'), takes: { field: 'code', default: 463 } },
  ack_withheld: whileItLasts('messages of clients are passed on, and never acknowledged'),
  delivery_lost: whileItLasts('messages for clients vanish on their way; they come after the next login'),
  delivery_doubled: whileItLasts('every message for a client is delivered twice'),
  delivery_reversed: whileItLasts('what is delivered to a client together comes in reverse order'),
  login_401: atLogin('logins are refused as if the device had been removed (401)'),
  login_503: atLogin('logins are refused, the server is unavailable (503)'),
  login_515: atLogin('every login is answered with a restart (515)'),
  login_refused: { ...atLogin('logins are refused with `code`'), takes: { field: 'code' } },
  login_blackhole: atLogin('logins are never answered; then the line is cut'),
  pairing_stall: atLogin('who is being paired waits for the restart (515) until the fault ends'),
  pairing_forged: atLogin('who is being paired is vouched for by a signature that is not the account’s: a client that looks refuses it'),
  qr_used_up: beforeLogin('who is to be paired is given no QR code: Baileys closes with 408'),
  upgrade_429: beforeLogin('the WebSocket upgrade is answered with 429'),
  upgrade_503: beforeLogin('the WebSocket upgrade is answered with 503'),
  upgrade_blackhole: beforeLogin('connections are accepted, and nothing ever comes; then they are cut'),
} satisfies Record<string, FaultTerms>;

export type FaultKind = keyof typeof FAULTS;
export const FAULT_KINDS = Object.keys(FAULTS) as FaultKind[];
export const termsOf = (kind: FaultKind): FaultTerms => FAULTS[kind];
