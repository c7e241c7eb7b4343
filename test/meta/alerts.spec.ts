import fs from 'node:fs';
import path from 'node:path';

const ROOT = path.resolve(import.meta.dirname, '../..');
const read = (file: string) => fs.readFileSync(path.join(ROOT, file), 'utf8');
const withoutComments = (yaml: string) => yaml.replaceAll(/^\s*#.*$/gm, '');
const RULES = withoutComments(read('deploy/prometheus/alerts.yml'));
const TESTS = withoutComments(read('deploy/prometheus/alerts.test.yml'));

/** Made by Prometheus itself, and by prom-client. That the second are there, a story sees. */
const OF_OTHERS = /^(nodejs|process)_/;
/** Put on by Prometheus when it scrapes, and by the kind of the metric. */
const LABELS_OF_OTHERS = ['instance', 'job', 'le'];

interface Rule {
  name: string;
  text: string;
}
const rules: Rule[] = RULES.split(/^ {6}- alert: /m)
  .slice(1)
  .map((text) => ({ name: text.split('\n', 1)[0]!, text }));
const namesOf = (wrong: Rule[]): string[] => wrong.map(({ name }) => name);

/** By name: the labels, as docs/metrics.md has them. The document is written from the declarations, and CI sees that it is in step. */
const metrics = new Map(
  [...read('docs/metrics.md').matchAll(/^\| `(tenure_\w+)` \| (\w+) \| (.*?) \|/gm)].flatMap(([, name, kind, labels]) => {
    const own = [...labels!.matchAll(/`(\w+)`/g)].map(([, label]) => label!);
    const series = kind === 'histogram' ? ['_bucket', '_count', '_sum'].map((suffix) => name! + suffix) : [name!];
    return series.map((one) => [one, own] as const);
  }),
);

interface Selector {
  metric: string;
  labels: string[];
}

const isUnknown = ({ metric, labels }: Selector): boolean => {
  const own = metrics.get(metric);
  return !own || labels.some((label) => ![...own, ...LABELS_OF_OTHERS].includes(label));
};

/** Every metric of an expression with the labels that it is asked for. */
function selectorsIn(text: string): Selector[] {
  return [...text.matchAll(/\b((?:tenure|nodejs|process)_\w+)(?:\{(.*?)\})?/g)].map(([, metric, matchers = '']) => ({
    metric: metric!,
    labels: [...matchers.matchAll(/(\w+)(?:=~|!~|!=|=)"/g)].map(([, label]) => label!),
  }));
}

describe('The alert rules', () => {
  it('are read by this test as they are written', () => {
    expect(rules.length).toBeGreaterThan(12);
    expect(rules.length).toBe(RULES.match(/alert:/g)!.length);
    expect(metrics.size).toBeGreaterThan(15);
  });

  it('ask for metrics that there are, by labels that these have', () => {
    const asked = selectorsIn(RULES).filter(({ metric }) => !OF_OTHERS.test(metric));
    expect(asked.length).toBeGreaterThan(20);
    expect(asked.filter(isUnknown)).toEqual([]);
  });

  it('are tested with series that there are, too', () => {
    const planted = selectorsIn(TESTS).filter(({ metric }) => !OF_OTHERS.test(metric));
    expect(planted.filter(isUnknown)).toEqual([]);
  });

  it('say how urgent they are, what has happened, and where to read on', () => {
    const lacking = rules.filter(({ text }) => ![/severity: (page|ticket)\b/, /summary: \S/, /description: \S/, /runbook_url: \S/].every((part) => part.test(text)));
    expect(namesOf(lacking)).toEqual([]);
  });

  it('lead to a paragraph of their own in docs/operations.md, of the same urgency, and no paragraph is left without an alert', () => {
    const paragraphs = [...read('docs/operations.md').matchAll(/^### (Tenure\w+)\n\n\*(page|ticket)\.\*/gm)].map(([, name, urgency]) => `${name} ${urgency}`);
    expect(paragraphs).toEqual(rules.map(({ name, text }) => `${name} ${/severity: (\w+)/.exec(text)![1]}`));
    expect(namesOf(rules.filter(({ name, text }) => !text.includes(`runbook_url: docs/operations.md#${name.toLowerCase()}\n`)))).toEqual([]);
  });

  it('are each seen to fire by a test of promtool', () => {
    expect(namesOf(rules.filter(({ name }) => !TESTS.includes(`alertname="${name}"`) && !TESTS.includes(`alertname: ${name}\n`)))).toEqual([]);
  });
});
