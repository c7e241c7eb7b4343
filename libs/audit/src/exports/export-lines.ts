/**
 * An export is NDJSON, in this order: a header; entries and gaps by position, without a hole between them, and checkpoints where they were signed; a
 * checkpoint over the last entry; the seal. Each line is exactly what `JSON.stringify` makes of it, its members in the order in which they stand here.
 */
export const EXPORT_KIND = 'tenure-audit/v1';

export interface ExportHeader {
  kind: typeof EXPORT_KIND;
  /** of the checkpoints: the log that this is an export of */
  origin: string;
  tenantId: string;
  /** instances of the other one are left out */
  environment: string;
  filter: ExportFilter;
  /** how many entries the log has at the last checkpoint */
  size: number;
}

/** What is shown; null: whatever there is. */
export interface ExportFilter {
  from: string | null;
  until: string | null;
  types: string[] | null;
  instanceId: string | null;
}

export interface EntryLine {
  kind: 'entry';
  position: number;
  /** as the tree has it, base64; null: it has none, which is a fault */
  leaf: string | null;
  /** what was hashed, for ever: RFC 8785 */
  canonical: string;
  /** in the clear, while the key of the instance lives */
  personal?: unknown;
  /** opens the ciphertext that is in `canonical`, and no other entry; base64. Absent: it was sealed before entries had keys of their own */
  personalKey?: string;
}

/** The tree has had such an entry, the journal has it no more: a fault, told as one. */
export interface MissingLine {
  kind: 'missing';
  position: number;
  leaf: string | null;
}

/** Entries that are left out, as the hashes of perfect subtrees: `[level, base64]`, in order. */
export interface GapLine {
  kind: 'gap';
  from: number;
  to: number;
  hashes: [level: number, hash: string][];
}

export interface CheckpointLine {
  kind: 'checkpoint';
  note: string;
}

/** The last line: a signed statement over the hash of everything before it. */
export interface SealLine {
  kind: 'seal';
  note: string;
}

export type BodyLine = EntryLine | MissingLine | GapLine | CheckpointLine | SealLine;
export type ExportLine = ExportHeader | BodyLine;

export const lineOf = (line: ExportLine): string => `${JSON.stringify(line)}\n`;
