export type MetricKind = 'counter' | 'gauge' | 'histogram';

export interface MetricDoc<K extends MetricKind = MetricKind, L extends string = string> {
  /** stable: alert rules and dashboards name it */
  readonly name: `tenure_${string}`;
  readonly kind: K;
  /** one sentence, with the unit */
  readonly help: string;
  /** each takes values of a closed set or declared names only: no id, no name a tenant gave */
  readonly labels: readonly L[];
  /** of a histogram, in its unit */
  readonly buckets?: number[];
}

const DOCS = new Map<string, MetricDoc>();

/** Says what is measured, apart from measuring it: `docs/metrics.md` is written from these. Each name is declared once. */
export function declareMetric<K extends MetricKind, const L extends string = never>(doc: MetricDoc<K, L>): MetricDoc<K, L> {
  if (DOCS.has(doc.name)) throw new Error(`The metric ${doc.name} is declared twice`);
  DOCS.set(doc.name, doc);
  return doc;
}

/** Every declared metric, by name. */
export function metricDocs(): MetricDoc[] {
  return [...DOCS.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
}
