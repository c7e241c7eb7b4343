import type { Stanza } from '../protocol/stanza.js';
import type { FaultKind } from './fault-kinds.js';

/** What reaches a device of stanzas that are on their way to it together, under the faults that stand. */
export function arrangeDeliveries(stanzas: Stanza[], stands: (kind: FaultKind) => boolean): Stanza[] {
  const isMessage = ({ tag }: Stanza) => tag === 'message';
  let arranged = stanzas;
  if (stands('delivery_lost')) arranged = arranged.filter((node) => !isMessage(node));
  if (stands('delivery_doubled')) arranged = arranged.flatMap((node) => (isMessage(node) ? [node, node] : [node]));
  return stands('delivery_reversed') ? arranged.toReversed() : arranged;
}
