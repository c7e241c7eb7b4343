import { SERVER, stanza, type Stanza } from '../protocol/stanza.js';

/** What the server says before it closes a connection, by what it means to the client. */
export const lastWords = {
  restart: (): Stanza => stanza('stream:error', { code: 515 }),
  unavailable: (): Stanza => stanza('stream:error', { code: 503 }),
  badSession: (): Stanza => stanza('stream:error', {}, [stanza('xml-not-well-formed')]),
  replaced: (): Stanza => stanza('stream:error', {}, [stanza('conflict', { type: 'replaced' })]),
  unlinked: (): Stanza => stanza('stream:error', { code: 401 }, [stanza('conflict', { type: 'device_removed' })]),
  end: (): Stanza => stanza('xmlstreamend'),
  noMultiDevice: (): Stanza => stanza('ib', { from: SERVER }, [stanza('downgrade_webclient')]),
  notLinked: (): Stanza => lastWords.refused(401),
  banned: (): Stanza => lastWords.refused(403),
  bannedFor: (seconds: number): Stanza => stanza('failure', { reason: 402, expire: seconds, code: 101, from: SERVER }),
  staleVersion: (): Stanza => lastWords.refused(405),
  refused: (reason: number): Stanza => stanza('failure', { reason, location: 'frc' }),
};
