import { childOf, stanza, type Stanza } from '../protocol/stanza.js';
import { bundleStanzas, registrationStanza } from './key-bundles.js';
import type { KeyBundle } from './signal-peer.js';

const MOST_RETRIES = 5;

/** Asks for a message again; null when that has been tried often enough. */
export function retryRequest(letter: Stanza, bundle: KeyBundle): Stanza | null {
  const { id, from, participant, t } = letter.attrs;
  const count = Number(childOf(letter, 'enc')?.attrs.count ?? 0) + 1;
  if (count > MOST_RETRIES) return null;
  return stanza('receipt', { id, to: from, participant, type: 'retry' }, [
    stanza('retry', { count, id, t, v: 1 }),
    registrationStanza(bundle.keys),
    stanza('keys', {}, bundleStanzas(bundle)),
  ]);
}
