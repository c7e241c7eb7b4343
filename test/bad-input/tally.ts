import type { BadRequest } from './bad-request.js';
import type { Heard } from './http-caller.js';

/** Counts what was sent and how it was answered. */
export class Tally {
  requests = 0;
  slowest = { ms: 0, what: '' };
  readonly byOperation = new Map<string, number>();
  readonly byKind = new Map<string, number>();
  readonly byStatus = new Map<string, number>();
  /** statuses that the document does not list for the operation */
  readonly undocumented = new Map<string, number>();

  add(request: BadRequest, { status, ms }: Heard, documented: boolean): void {
    this.requests++;
    for (const [counts, key] of [
      [this.byOperation, request.operationId],
      [this.byKind, request.kind],
      [this.byStatus, String(status)],
    ] as const) {
      count(counts, key);
    }
    if (!documented) count(this.undocumented, `${request.operationId} ${status}`);
    if (ms > this.slowest.ms) this.slowest = { ms, what: `${request.operationId}, ${request.kind}` };
  }
}

function count(counts: Map<string, number>, key: string): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}

/** As a table of two columns, most first. */
export function tableOf(counts: Map<string, number>, head: string): string {
  const rows = [...counts].sort(([a, many], [b, more]) => more - many || (a < b ? -1 : 1)).map(([key, times]) => `| ${key} | ${times} |`);
  return [`| ${head} | requests |`, '|---|---:|', ...rows].join('\n');
}
