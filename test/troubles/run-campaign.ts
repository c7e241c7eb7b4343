import { setTimeout as sleep } from 'node:timers/promises';
import { differencesAt } from '../setup/differences-from-journal.js';
import { examineJournal, type JournalAccount } from './examine-journal.js';
import { secretsIn, unexpectedLines } from './examine-output.js';
import { Fleet } from './fleet.js';
import { type Footprint, footprintOf } from './footprint.js';
import { identitiesOf } from './identities.js';
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
  /** of the present state of any instance from what its journal gives */
  replayed: string[];
  devices: { number: string; devices: number }[];
  /** what each instance has at rest, as a digest */
  identities: { before: Record<string, string>; after: Record<string, string> };
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
    await fleet.end();
  }
}

async function trouble(fleet: Fleet, terms: CampaignTerms): Promise<CampaignOutcome> {
  const { seed, seconds, instances, perSecond } = terms;
  const [before, identities] = [await footprintOf(fleet.first), await identitiesOf(fleet)];
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
    replayed: await differencesAt(fleet.cluster.database.url, fleet.cluster.keyring),
    devices: await devicesOf(fleet),
    identities: { before: identities, after: await identitiesOf(fleet) },
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
