import { replaceBlock } from './replace-block.mjs';

const FILE = 'docs/lifecycle.md';

/** `docs/lifecycle.md` with its generated blocks written anew. */
export function lifecycleDocument(text, { lifecycleMoves, connectionMoves, settledStates, subscriptions }) {
  const blocks = {
    lifecycle: lifecycleDiagram(lifecycleMoves),
    connection: connectionDiagram(connectionMoves, settledStates),
    subscriptions: subscriptionTable(subscriptions),
  };
  return Object.entries(blocks).reduce((document, [name, block]) => replaceBlock(FILE, document, name, block), text);
}

const mermaid = (lines) => ['```mermaid', 'stateDiagram-v2', ...lines.map((line) => `  ${line}`), '```'].join('\n');

function lifecycleDiagram(moves) {
  return mermaid(['[*] --> active', ...moves.map(({ from, to, by }) => `${from} --> ${to} : ${by}`)]);
}

/** An attempt that ends leads back to what was before it. What changes nothing is left out. */
function connectionDiagram(moves, settledStates) {
  const arrows = Object.entries(moves).flatMap(([change, targets]) => Object.entries(targets).map(([from, to]) => ({ change, from, to })));
  const lines = arrows
    .filter(({ from, to }) => from !== to && !(to === 'settled' && settledStates.includes(from)))
    .map(({ change, from, to }) => `${from} --> ${to === 'settled' ? 'what_it_was_before' : to} : ${change}`);
  return mermaid(['[*] --> never_paired', ...lines]);
}

function subscriptionTable(subscriptions) {
  const rows = subscriptions.map(({ queue, events, collapse }) => {
    const jobs = collapse ? 'one waiting per instance' : 'one per event';
    return `| \`${queue}\` | ${events.map((event) => `\`${event}\``).join(', ')} | ${jobs} |`;
  });
  return ['| queue | events | jobs |', '|---|---|---|', ...rows.sort()].join('\n');
}
