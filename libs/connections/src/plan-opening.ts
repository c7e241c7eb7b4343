import type { SettledState } from '#libs/contracts';

export interface OpeningFacts {
  settledState: SettledState;
  /** the stored credentials: none, begun and never accepted by WhatsApp, or complete */
  credentials: 'none' | 'unfinished' | 'complete';
  revoked: boolean;
  /** how long somebody has been trying to pair; null when nobody is */
  pairingForMs: number | null;
}

/** `broken`: it was paired once and its credentials are gone; that is a fault and never a reason for new ones. */
export type Opening = 'login' | 'pair' | 'expire_pairing' | 'broken';

export const PAIRING_MS = 10 * 60_000;

/** Whether a socket logs in with what is stored or pairs anew. Only an instance that is running is opened, so the tenant asked for it. */
export function planOpening({ settledState, credentials, revoked, pairingForMs }: OpeningFacts): Opening {
  if (credentials === 'complete' && !revoked) return 'login';
  if (!revoked && settledState !== 'never_paired') return 'broken';
  return pairingForMs !== null && pairingForMs >= PAIRING_MS ? 'expire_pairing' : 'pair';
}
