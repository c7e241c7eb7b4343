/** A document with one generated block written anew; everything outside the markers is written by hand and left alone. */
export function replaceBlock(file, document, name, block) {
  const [begin, end] = [`<!-- generated: ${name} -->`, `<!-- end: ${name} -->`];
  const [from, to] = [document.indexOf(begin), document.indexOf(end)];
  if (from < 0 || to < from) throw new Error(`${file} lacks the markers ${begin} and ${end}`);
  return `${document.slice(0, from + begin.length)}\n${block}\n${document.slice(to)}`;
}
