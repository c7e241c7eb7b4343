interface Ready {
  /** which process: `Tenure`, `Tenure api` */
  name: string;
  url: string;
  /** milliseconds since 1970 */
  startedAt: number;
  /** what the first line ends with */
  with?: string;
}

/** What a person sees when it is ready: on standard output, where nothing else is written. */
export function printReady({ name, url, startedAt, with: more = '' }: Ready, lines: string[]): void {
  const seconds = ((Date.now() - startedAt) / 1000).toFixed(1);
  const text = [`${name} is ready on ${url} after ${seconds} s${more}`, ...lines].map((line) => line && `  ${line}`);
  process.stdout.write(`${['', ...text, ''].join('\n')}\n`);
}

/** `made`: at this start, or null. */
export function operatorKeyLine(made: string | null): string {
  return `Operator key  ${made ? `${made}   (shown this once: keep it)` : 'the one you have (lost: see docs/operations.md)'}`;
}
