import { ActiveHoldsRepository, type RetentionFacts, RetentionFactsRepository } from '#libs/retention';
import { CertificatesRepository } from '../../../libs/policy/src/removal/certificates.repository.js';
import { RunPlanner } from '../../../libs/policy/src/runs/run-planner.js';
import type { RemovalGround } from '../removal/removal-ground.js';
import { replace } from '../removal/replace.js';
import type { Rules } from './documents.js';

/** A fault, as a change of the product's code would make it. */
export interface Fault {
  name: string;
  reports: RegExp;
  /** what is in force when it begins */
  under: readonly Rules[];
  /** Gives what takes it out again. */
  plant(ground: RemovalGround): () => void;
}

export const FAULTS: readonly Fault[] = [
  { name: 'nobody asks for holds', under: ['rules that remove'], reports: /I1: it was removed although a hold|I14:/, plant: (ground) => replace(ground.get(ActiveHoldsRepository), 'on', () => Promise.resolve([])) },
  { name: 'nobody asks for notice', under: ['rules that give notice'], reports: /I6:|I14:/, plant: withFacts(() => ({ noticeDeliveredAt: 1 })) },
  { name: 'nobody counts who agreed', under: ['rules that want an approval'], reports: /I9:|I14:/, plant: withFacts(() => ({ approvals: 9 })) },
  { name: 'nobody counts the removals of a day', under: ['rules with a limit of a day'], reports: /I10:|I14:/, plant: withFacts(() => ({ removals: { last24h: 0, freesAt: null } })) },
  { name: 'whoever is connected seems to be gone', under: ['rules that remove'], reports: /I1: it was removed although it is connected|I14:/, plant: withFacts(({ settledState }) => (settledState === 'connected' ? { settledState: 'disconnected' } : {})) },
  { name: 'no certificate is written', under: ['rules that remove'], reports: /I3:/, plant: (ground) => replace(ground.get(CertificatesRepository), 'insert', () => Promise.resolve()) },
  { name: 'no run is over a limit', under: ['rules with a limit'], reports: /I14:|I10:/, plant: withoutLimits },
];

/** What is decided of those that are named rests on other facts; what a preview reads stays as it is. */
function withFacts(change: (facts: RetentionFacts) => Partial<RetentionFacts>): Fault['plant'] {
  return (ground) => {
    const repository = ground.get(RetentionFactsRepository);
    const of = repository.of.bind(repository);
    return replace(repository, 'of', async (...asked) => (await of(...asked)).map((facts) => ({ ...facts, ...change(facts) })));
  };
}

function withoutLimits(ground: RemovalGround): () => void {
  const planner = ground.get(RunPlanner) as unknown as { versions: { lockInForce(tx: unknown): Promise<object> } };
  const { versions } = planner;
  const unlimited = { lockInForce: async (tx: unknown) => ({ ...(await versions.lockInForce(tx)), runLimits: { maxPerRun: null, maxPercentPerRun: null } }) };
  return replace(planner, 'versions', unlimited);
}
