import { problemDocs } from './problem.js';

/** `docs/errors.md`: every problem with its cause and remedy, in the order of the codes. */
export function renderProblems(): string {
  const sections = problemDocs().map(
    ({ code, status, title, cause, remedy }) => `## ${code}\n\n**${status} ${title}**\n\n${cause}\n\n*What to do:* ${remedy}\n`,
  );
  const intro = 'Every error is `application/problem+json` (RFC 9457). Branch on `code`: it is stable.';
  return `# Errors\n\n${intro}\n\n${sections.join('\n')}`;
}
