import type { Stanza } from '../protocol/stanza.js';
import type { FaultKind } from './fault-kinds.js';
import { lastWords } from './last-words.js';
import { secondsLeft, type StandingFault } from './standing-faults.js';

/** What the server says to a line that is open when the fault begins; then it closes it. `seconds`: how long the fault lasts. */
export const WORDS_TO_LINES: Partial<Record<FaultKind, (seconds: number) => Stanza>> = {
  stream_end: lastWords.end,
  replaced: lastWords.replaced,
  restart_515: lastWords.restart,
  stream_401: lastWords.unlinked,
  stream_503: lastWords.unavailable,
  bad_session: lastWords.badSession,
  multidevice_mismatch: lastWords.noMultiDevice,
  banned: lastWords.banned,
  temporary_ban: lastWords.bannedFor,
  stale_version: lastWords.staleVersion,
};

/** What it answers a login with while the fault lasts. Of several that stand, the first here decides. */
export const WORDS_AT_LOGIN: Partial<Record<FaultKind, (fault: StandingFault) => Stanza>> = {
  login_503: () => lastWords.refused(503),
  login_refused: ({ code }) => lastWords.refused(code ?? 500),
  login_515: lastWords.restart,
  stale_version: lastWords.staleVersion,
  banned: lastWords.banned,
  temporary_ban: (fault) => lastWords.bannedFor(secondsLeft(fault)),
  login_401: lastWords.notLinked,
};
