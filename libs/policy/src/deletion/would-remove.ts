/** What a person is shown before they confirm a deletion. */
export interface WouldRemove {
  /** by table; no more than 10,000 of each are counted */
  rows: Record<string, number>;
  /** ISO 8601; null: never */
  lastActivityAt: string | null;
  /** that cover it now */
  holds: number;
}
