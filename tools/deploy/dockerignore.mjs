/**
 * Whether a .dockerignore that begins with `*` and then lists what may come in lets this path in. Of the patterns that follow, those
 * beginning with two stars keep files out anywhere; they are for what no COPY names, and are not looked at.
 */
export function letsIn(ignore, file) {
  const lines = ignore.split('\n').map((line) => line.trim());
  if (lines.find((line) => line && !line.startsWith('#')) !== '*') return false;
  const [top] = file.split('/');
  return lines.includes(`!${top}`) || lines.includes(`!${file}`);
}
