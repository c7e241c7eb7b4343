import { type MetricDoc, metricDocs } from './declare-metric.js';

const INTRO = `# Metrics

Written from the code by \`npm run generate\`. \`GET /metrics\` gives them in Prometheus' text format, to the machine itself and to the operator key;
[operations.md](operations.md#what-to-watch) says what to watch, and \`deploy/prometheus/alerts.yml\` watches it.

A name, a label and what it means stay as they are: alert rules and dashboards rest on them. Every label takes its values from a closed set or from names that the
code declares: no metric names a tenant, an instance or a person.

What is *of the whole installation* is the same in every process: take the \`max\` over the processes, not the \`sum\`. Everything else is of the process that answers.
`;
const OUTRO = `
The process and the event loop (\`process_*\`, \`nodejs_*\`) are described by prom-client, whose defaults they are.
`;

/** `docs/metrics.md`, from the declarations. */
export function renderMetrics(): string {
  const rows = metricDocs().map(({ name, kind, labels, help }) => `| \`${name}\` | ${kind} | ${labelsOf(labels)} | ${help} |`);
  return [INTRO, '| name | type | labels | what it is |', '|---|---|---|---|', ...rows, OUTRO].join('\n');
}

const labelsOf = (labels: MetricDoc['labels']): string => labels.map((label) => `\`${label}\``).join(', ');
