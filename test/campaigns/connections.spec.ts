import fs from 'node:fs';
import path from 'node:path';
import { renderReport } from '../troubles/render-report.js';
import { tellCampaign } from '../troubles/tell-campaign.js';

const REPORT = path.resolve(import.meta.dirname, '../../docs/campaigns/connections.md');
const SEED = Number(process.env.TENURE_SEED ?? Date.now() % 1_000_000_007);
const SECONDS = Number(process.env.TENURE_CAMPAIGN_SECONDS ?? 600);
const INSTANCES = Number(process.env.TENURE_CAMPAIGN_INSTANCES ?? 200);

tellCampaign({ seed: SEED, seconds: SECONDS, instances: INSTANCES, perSecond: 20 }, (outcome) => {
  fs.mkdirSync(path.dirname(REPORT), { recursive: true });
  fs.writeFileSync(REPORT, renderReport(outcome));
});
