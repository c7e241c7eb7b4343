import { execFileSync } from 'node:child_process';
import type { Account } from './message-accounts.js';
import type { CampaignOutcome } from './run-campaign.js';

/** What a campaign did and what was left, for docs/campaigns. */
export function renderReport(outcome: CampaignOutcome): string {
  const { terms, troubles, recovery, journal, incoming, outgoing, footprints } = outcome;
  const commit = execFileSync('git', ['rev-parse', '--short', 'HEAD'], { encoding: 'utf8' }).trim();
  const { seed, seconds, instances, perSecond } = terms;
  const { before, after } = footprints;
  return [
    '# Connections in trouble',
    `${instances} instances on two processes with sockets, an api, a sandbox and a database server of their own, in trouble for ${seconds} s while ${perSecond} texts a second go each way; commit ${commit}, seed ${seed}.`,
    `Again: \`TENURE_SEED=${seed} npm run campaign:connections\`. Written by test/campaigns/connections.spec.ts, which also says what is asserted.`,
    `Afterwards everybody loses their line once more: all were connected again after ${seconded(recovery.ms)}; at most ${seconded(recovery.boundMs)} were allowed, since the last planned attempt was ${seconded(recovery.longestRetryMs)} away.`,
    `Credentials that are at rest what they were before: ${unchanged(outcome)} of ${instances}. Devices that are logged in: ${outcome.loggedIn}; while it lasted never more than ${outcome.mostLoggedIn}.`,
    `Connected ${journal.opened} times; closed: ${list(journal.closed)}.`,
    ['| texts | sent | arrived | lost | doubled |', '|---|---:|---:|---:|---:|', row('from the phones', incoming), row('from the instances', outgoing)].join('\n'),
    `Of those from the instances the client was told: ${list(outgoing.fates)}. Lost counts what was acknowledged. What was refused and arrived all the same: ${outgoing.denied.length}.`,
    `The process that was never ended: ${before.sockets} sockets, ${before.timers} timers and ${before.heapMegabytes} MB of heap for ${before.sessions} sessions before; ${after.sockets}, ${after.timers} and ${after.heapMegabytes} MB for ${after.sessions} afterwards.`,
    `Findings of the journal, the processes and what they printed: ${findingsOf(outcome)}.`,
    ['| trouble | times |', '|---|---:|', ...[...troubles].sort().map(([kind, times]) => `| ${kind} | ${times} |`)].join('\n'),
    '',
  ].join('\n\n');
}

const unchanged = ({ identities: { before, after } }: CampaignOutcome): number => Object.entries(before).filter(([id, digest]) => after[id] === digest).length;
const findingsOf = ({ findings, journal, unexpectedLines, workLeft, secrets }: CampaignOutcome): string =>
  [...findings, ...journal.findings, ...unexpectedLines, ...workLeft, ...secrets].join('; ') || 'none';
const row = (name: string, { sent, arrived, lost, doubled }: Account): string => `| ${name} | ${sent} | ${arrived} | ${lost.length} | ${doubled.length} |`;
const list = (counts: Record<string, number>): string => Object.entries(counts).map(([name, times]) => `${name} ${times}`).join(', ');
const seconded = (ms: number | null): string => (ms === null ? 'never' : `${(ms / 1_000).toFixed(1)} s`);
