import { execFileSync } from 'node:child_process';
import { type Tally, tableOf } from './tally.js';

export interface CampaignRun {
  seed: number;
  seconds: number;
  findings: string[];
  tally: Tally;
}

/** What a campaign did and found, for docs/campaigns. */
export function renderCampaign({ seed, seconds, findings, tally }: CampaignRun): string {
  const { requests, slowest, byOperation, byKind, byStatus, undocumented } = tally;
  const commit = execFileSync('git', ['rev-parse', '--short', 'HEAD'], { encoding: 'utf8' }).trim();
  return [
    '# Bad input on every route',
    `${requests} requests made from the OpenAPI document in ${Math.round(seconds)} s (${Math.round(requests / seconds)} a second), commit ${commit}, seed ${seed}.`,
    `Again: \`TENURE_SEED=${seed} npm run campaign -- bad-input\`. Written by test/campaigns/bad-input.spec.ts.`,
    `Findings: ${findings.length === 0 ? 'none. No fault of this server (a documented 502 or 504 to a good request comes from WhatsApp), no row changed by a request that was refused, no error in the log, every problem complete.' : ''}`,
    ...findings.map((finding) => `- ${finding.replaceAll('\n', ' ')}`),
    `Slowest answer: ${Math.round(slowest.ms)} ms (${slowest.what}).`,
    undocumented.size === 0 ? 'Every status is documented for its operation.' : tableOf(undocumented, 'status that the document does not list'),
    tableOf(byStatus, 'status'),
    tableOf(byKind, 'fault'),
    tableOf(byOperation, 'operation'),
    '',
  ].join('\n\n');
}
