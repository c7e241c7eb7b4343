import type { HashOf, NodeId } from '../tree/ranges.js';

/** An entry that is shown, as it is in the journal and in the tree; or a place in the tree of which the journal has nothing (`canonical` null). */
export interface ShownEntry {
  position: number;
  leaf: Buffer | null;
  canonical: string | null;
  /** of those whose instance has its key: in the clear, and the key of the entry alone (null: sealed before entries had keys) */
  personal: { clear: unknown; key: Buffer | null } | null;
}

export interface SignedSize {
  size: number;
  note: string;
}

/** Where an export comes from, a piece at a time. Positions are from..to, both included. */
export interface ExportSource {
  /** In order. What the caller may not see, or did not ask for, is not among them. */
  shown(from: number, to: number): Promise<ShownEntry[]>;
  hashes(nodes: NodeId[]): Promise<HashOf>;
  /** In order. */
  checkpoints(from: number, to: number): Promise<SignedSize[]>;
}
