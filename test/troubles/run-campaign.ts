import { setTimeout as sleep } from 'node:timers/promises';
import { until } from '#libs/testing';
import { examineJournal, type JournalAccount } from './examine-journal.js';
import { secretsIn, unexpectedLines } from './examine-output.js';
import { CONNECTS_PER_SECOND, Fleet } from './fleet.js';
import { type Footprint, footprintOf } from './footprint.js';
import { IncomingTexts } from './incoming-texts.js';
import { type Account, accountOfIncoming, accountOfOutgoing, type OutgoingAccount, readKept } from './message-accounts.js';
import { OutgoingTexts } from './outgoing-texts.js';
import { planTroubles } from './plan-troubles.js';
import { PlatformTroubles } from './platform-troubles.js';
import { TroubleLog } from './trouble-log.js';
import { troubleWhatsApp } from './whatsapp-troubles.js';

export interface CampaignTerms {
  seed: number;
  seconds: number;
  instances: number;
  /** texts in each direction */
  perSecond: number;
}

export interface CampaignOutcome {
  terms: CampaignTerms;
  troubles: Map<string, number>;
  /** from the end of the last fault until every instance was connected, and how long that may take */
  recovery: { ms: number; boundMs: number; longestRetryMs: number };
  /** what was seen once a second while it lasted */
  mostLoggedIn: number;
  incoming: Account;
  outgoing: OutgoingAccount;
  journal: JournalAccount;
  devices: { number: string; devices: number }[];
  loggedIn: number;
  footprints: { before: Footprint; after: Footprint };
  workLeft: string[];
  unexpectedLines: string[];
  secrets: string[];
  findings: string[];
}

/** A peer that is silent is given up after this. */
const NOTICED_MS = 20_000;
const LOGIN_MS = 10_000;
const DRAINED_MS = 60_000;

/** A fleet in trouble for a while, and what is left of it afterwards. */
export async function runCampaign(terms: CampaignTerms): Promise<CampaignOutcome> {
  const fleet = await Fleet.start();
  try {
    await fleet.pair(terms.instances);
    return await trouble(fleet, terms);
  } finally {
    if (process.env.CAMPAIGN_DEBUG) (await import('node:fs')).writeFileSync(process.env.CAMPAIGN_DEBUG, fleet.cluster.output); // TODO-REMOVE
    await fleet.end();
  }
}

async function trouble(fleet: Fleet, terms: CampaignTerms): Promise<CampaignOutcome> {
  const { seed, seconds, instances, perSecond } = terms;
  const before = await footprintOf(fleet.first);
  const plan = planTroubles(seed, instances);
  const log = new TroubleLog(seconds);
  const [phones, client] = [new IncomingTexts(fleet), new OutgoingTexts(fleet)];
  await phones.start(perSecond);
  client.start(perSecond);
  const watch = watchLoggedIn(fleet, log);
  await Promise.all([new PlatformTroubles(fleet, phones, log).run(plan.platform), troubleWhatsApp(fleet, plan.whatsapp, log)]);
  await Promise.all([phones.stop(), client.stop()]);
  const recovery = await recover(fleet);
  const workLeft = await untilDrained(fleet);
  const kept = await readKept(fleet);
  const after = await footprintOf(fleet.first);
  return {
    ...{ terms, troubles: log.counts, recovery, mostLoggedIn: await watch, workLeft, findings: log.findings },
    incoming: await accountOfIncoming(fleet, kept),
    outgoing: await accountOfOutgoing(fleet, client.texts, kept),
    journal: await examineJournal(fleet, log),
    devices: await devicesOf(fleet),
    loggedIn: await fleet.loggedIn(),
    footprints: { before, after },
    unexpectedLines: unexpectedLines(fleet.cluster.output),
    secrets: secretsIn(fleet.cluster.output),
  };
}

/** Every fault ends, and at that moment everybody loses their line once more. */
async function recover(fleet: Fleet): Promise<CampaignOutcome['recovery']> {
  await fleet.phones.delete('/v1/sandbox/faults');
  await fleet.phones.post('/v1/sandbox/faults', { kind: 'storm', percent: 100 });
  const endedAt = performance.now();
  const total = fleet.instances.length;
  const longestRetryMs = await longestRetry(fleet);
  const boundMs = NOTICED_MS + longestRetryMs + (total * 1_000) / CONNECTS_PER_SECOND + LOGIN_MS;
  await until(`all ${total} to be connected again within ${Math.round(boundMs)} ms`, async () => (await isWhole(fleet)), boundMs);
  return { ms: Math.round(performance.now() - endedAt), boundMs: Math.round(boundMs), longestRetryMs };
}

async function isWhole(fleet: Fleet): Promise<boolean> {
  const total = fleet.instances.length;
  return (await fleet.connected()) === total && (await fleet.loggedIn()) === total;
}

/** How far away the last of the next attempts is. */
async function longestRetry({ superuser }: Fleet): Promise<number> {
  const [row] = await superuser.look<{ ms: number }>(`SELECT coalesce(ceil(extract(epoch FROM max(retry_at) - clock_timestamp()) * 1000), 0)::float8 AS ms FROM connections`);
  return Math.max(0, row!.ms);
}

/** What work is left after a while: nothing, if all is well. */
async function untilDrained({ superuser }: Fleet): Promise<string[]> {
  const UNDER_WAY = {
    'journal entries without a position': 'SELECT 1 FROM journal_pending',
    'instances that wait to be opened': 'SELECT 1 FROM session_queue',
    'jobs that are not done': `SELECT 1 FROM pgboss.job WHERE state IN ('created', 'retry', 'active')`,
    'messages on their way': `SELECT 1 FROM sandbox.stanzas WHERE answer LIKE 'message|%'`,
  };
  for (const end = performance.now() + DRAINED_MS; ; await sleep(200)) {
    const left: string[] = [];
    for (const [what, query] of Object.entries(UNDER_WAY)) {
      const [row] = await superuser.look<{ n: number }>(`SELECT count(*)::int AS n FROM (${query}) AS left_over`);
      if (row!.n > 0) left.push(`${row!.n} ${what}`);
    }
    if (left.length === 0 || performance.now() > end) return left;
  }
}

async function watchLoggedIn(fleet: Fleet, log: TroubleLog): Promise<number> {
  let most = 0;
  while (!log.isOver) {
    most = Math.max(most, await fleet.loggedIn().catch(() => 0) ?? 0);
    await sleep(500);
  }
  return most;
}

function devicesOf({ superuser }: Fleet): Promise<CampaignOutcome['devices']> {
  return superuser.look(`SELECT number, count(*)::int AS devices FROM sandbox.devices WHERE device > 0 GROUP BY number`);
}
