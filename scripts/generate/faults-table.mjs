/** Every fault of the sandbox, as a table. */
export function faultsTable(faults) {
  const rows = Object.entries(faults).map(([kind, { what, lasts, canBeAimed, takes }]) => [`\`${kind}\``, what, LASTS[lasts], canBeAimed ? 'yes' : 'no', takes ? `\`${takes.field}\`` : '–']);
  return [line(['kind', 'what happens', 'lasts', 'one phone', 'takes']), '|---|---|---|---|---|', ...rows.map(line)].join('\n');
}

const LASTS = { once: 'once', while: '`seconds`, or 60', either: '`seconds`, or once' };
const line = (cells) => `| ${cells.join(' | ')} |`;
