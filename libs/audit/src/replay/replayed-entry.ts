/** An entry of one instance, as far as its state follows from it. */
export interface ReplayedEntry {
  seq: number;
  type: string;
  data: Record<string, unknown>;
  /** null when there is none, or the instance's key was destroyed; `unreadable`: the key is there, and does not open it */
  personal: Record<string, unknown> | 'unreadable' | null;
}
