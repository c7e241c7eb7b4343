import fs from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { type BadRequest, describe as say, mayChange } from '../bad-input/bad-request.js';
import { BadInputWorld } from '../bad-input/bad-input-world.js';
import { badRequests } from '../bad-input/bad-requests.js';
import { renderCampaign } from '../bad-input/campaign-report.js';

const REPORT = path.resolve(import.meta.dirname, '../../docs/campaigns/bad-input.md');
const SEED = Number(process.env.TENURE_SEED ?? Date.now() % 1_000_000_007);
const REQUESTS = Number(process.env.TENURE_CAMPAIGN_REQUESTS ?? 100_000);
/** What is generated, sent and looked after at once. */
const BATCH = 500;
const CHANGING_SHARE = 0.1;
const MOST_FINDINGS = 50;

/** Goes on after a finding, so that one campaign finds all there is. */
it(`bad input on every route, ${REQUESTS} times (TENURE_SEED=${SEED})`, async () => {
  const world = await BadInputWorld.start();
  const began = performance.now();
  const findings = new Map<string, string>();
  const note = (key: string, text: string) => findings.size < MOST_FINDINGS && !findings.has(key) && findings.set(key, text);
  const sendAll = (requests: BadRequest[]) =>
    world.eachOf(requests, async (request) => {
      for (const fault of await world.faultsOf(request)) note(`${request.operationId}, ${request.kind}, ${fault.slice(0, 30)}`, `${say(request)}: ${fault}`);
    });
  const batch = (number: number, which: (request: BadRequest) => boolean) => fc.sample(badRequests(world.ground).filter(which), { seed: SEED + number, numRuns: BATCH });
  const batches = Math.ceil(REQUESTS / BATCH);
  const refused = Math.ceil(batches * (1 - CHANGING_SHARE));

  await world.untilQuiet();
  let rows = await world.rows('all');
  for (let number = 0; number < refused; number++) {
    await sendAll(batch(number, (request) => !mayChange(request)));
    const [before, after] = [rows, (rows = await world.rows('all'))];
    const changed = Object.keys(after).filter((table) => after[table] !== before[table]);
    if (changed.length > 0) note(`rows of ${changed.join()}`, `batch ${number} changed rows of ${changed.join(', ')}`);
  }
  const quiet = await world.rows('quiet');
  for (let number = refused; number < batches; number++) await sendAll(batch(number, mayChange));
  expect(await world.rows('quiet')).toEqual(quiet);

  const seconds = (performance.now() - began) / 1000;
  fs.mkdirSync(path.dirname(REPORT), { recursive: true });
  fs.writeFileSync(REPORT, renderCampaign({ seed: SEED, seconds, findings: [...findings.values()], tally: world.tally }));
  await world.close();
  expect([...findings.values()]).toEqual([]);
}, 3_600_000);
