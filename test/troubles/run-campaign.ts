import { setTimeout as sleep } from 'node:timers/promises';
import { examineJournal, type JournalAccount } from './examine-journal.js';
import { secretsIn, unexpectedLines } from './examine-output.js';
import { Fleet } from './fleet.js';
import { type Footprint, footprintOf } from './footprint.js';
import { IncomingTexts } from './incoming-texts.js';
import { type Account, accountOfIncoming, accountOfOutgoing, type OutgoingAccount, readKept } from './message-accounts.js';
import { OutgoingTexts } from './outgoing-texts.js';
import { planTroubles } from './plan-troubles.js';
import { PlatformTroubles } from './platform-troubles.js';
import { recover, type Recovery } from './recover.js';
import { TroubleLog } from './trouble-log.js';
import { untilDrained } from './until-drained.js';
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
  recovery: Recovery;
  /** of what was seen while it lasted */
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
  if (process.env.CAMPAIGN_DEBUG) { // TODO-REMOVE
    const fs = await import('node:fs');
    const pid = fleet.first.process.pid;
    const inodes = new Set(fs.readdirSync(`/proc/${pid}/fd`).flatMap((fd) => { try { return [/socket:\[(\d+)\]/.exec(fs.readlinkSync(`/proc/${pid}/fd/${fd}`))?.[1] ?? '']; } catch { return []; } }));
    const tcp = fs.readFileSync('/proc/net/tcp', 'utf8').split('\n').map((l) => l.trim().split(/\s+/)).filter((c) => inodes.has(c[9]!));
    const port = (h: string) => parseInt(h.split(':')[1]!, 16);
    fs.writeFileSync(process.env.CAMPAIGN_DEBUG + '.sockets', [fleet.first.process.url, fleet.cluster.environment.TENURE_SANDBOX_URL, fleet.server.url, ...tcp.map((c) => `${port(c[1]!)} -> ${port(c[2]!)} state ${c[3]} queues ${c[4]}`)].join('\n'));
    const hist = new Map<string, number>();
    for (const { answers, fate } of client.texts) { const k = fate + ': ' + answers.join(', '); hist.set(k, (hist.get(k) ?? 0) + 1); }
    fs.writeFileSync(process.env.CAMPAIGN_DEBUG + '.answers', [...hist].sort((a, b) => b[1] - a[1]).map(([k, n]) => `${n} ${k}`).join('\n'));
  }
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

async function watchLoggedIn(fleet: Fleet, log: TroubleLog): Promise<number> {
  let most = 0;
  while (!log.isOver) {
    most = Math.max(most, (await fleet.loggedIn().catch(() => 0)) ?? 0);
    await sleep(500);
  }
  return most;
}

function devicesOf({ superuser }: Fleet): Promise<CampaignOutcome['devices']> {
  return superuser.look(`SELECT number, count(*)::int AS devices FROM sandbox.devices WHERE device > 0 GROUP BY number`);
}
