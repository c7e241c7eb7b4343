import { tellCampaign } from '../troubles/tell-campaign.js';

const SEED = Number(process.env.TENURE_SEED ?? Date.now() % 1_000_000_007);

/** One minute of what `npm run campaign:connections` does for ten. */
tellCampaign({ seed: SEED, seconds: 60, instances: 40, perSecond: 8 });
