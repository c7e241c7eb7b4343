import { until } from '#libs/testing';

/** One answer of /metrics, by series: `name{label="value"}`. */
export class Scrape {
  private readonly values = new Map<string, number>();

  private constructor(readonly text: string) {
    for (const line of text.split('\n')) {
      const at = line.lastIndexOf(' ');
      if (line && !line.startsWith('#')) this.values.set(line.slice(0, at), Number(line.slice(at + 1)));
    }
  }

  /** As Prometheus on the same machine does. */
  static async of(url: string): Promise<Scrape> {
    const response = await fetch(`${url}/metrics`);
    if (response.status !== 200) throw new Error(`GET /metrics: ${response.status}`);
    return new Scrape(await response.text());
  }

  /** undefined: there is no such series. Labels in the order in which they are declared. */
  value(name: string, labels: Record<string, string> = {}): number | undefined {
    const inner = Object.entries(labels).map(([label, value]) => `${label}="${value}"`);
    return this.values.get(inner.length > 0 ? `${name}{${inner.join(',')}}` : name);
  }

  /** Names of the metrics, as their `# TYPE` lines tell them. */
  get names(): string[] {
    return [...this.text.matchAll(/^# TYPE (\S+)/gm)].map(([, name]) => name!);
  }

  /** Names under which there is at least one value: what a query can find. */
  get series(): Set<string> {
    return new Set([...this.values.keys()].map((series) => series.split('{', 1)[0]!));
  }

  /** Every value of a label, whatever the metric. */
  valuesOf(label: string): Set<string> {
    return new Set([...this.text.matchAll(new RegExp(`[{,]${label}="([^"]*)"`, 'g'))].map(([, value]) => value!));
  }
}

/** Scrapes until a number is what it should be: some are remembered for a quarter of a minute. */
export function untilScraped(what: string, url: string, fits: (scrape: Scrape) => boolean): Promise<Scrape> {
  return until(what, async () => {
    const scrape = await Scrape.of(url);
    return fits(scrape) && scrape;
  });
}
