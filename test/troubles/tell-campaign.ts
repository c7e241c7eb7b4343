import { leftOvers } from './footprint.js';
import { type CampaignOutcome, type CampaignTerms, runCampaign } from './run-campaign.js';

const AROUND_MS = 300_000;
const AROUND_EACH_MS = 3_000;

/** `onOutcome`: once it is known, whatever is then said of it. */
export function tellCampaign(terms: CampaignTerms, onOutcome: (outcome: CampaignOutcome) => void = () => undefined): void {
  describe(`${terms.instances} instances in trouble for ${terms.seconds} s (TENURE_SEED=${terms.seed})`, () => {
    let outcome: CampaignOutcome;

    beforeAll(async () => {
      process.stdout.write(`TENURE_SEED=${terms.seed}\n`);
      outcome = await runCampaign(terms);
      onOutcome(outcome);
    }, terms.seconds * 1_000 + terms.instances * AROUND_EACH_MS + AROUND_MS);

    it('are all connected again, as fast as the pace and the next attempts allow', () => {
      const { ms, boundMs, stragglers } = outcome.recovery;
      expect(stragglers).toEqual([]);
      expect(ms).toBeLessThan(boundMs);
    });

    it('have one device each, the one that they were paired with', () => {
      expect(outcome.devices.filter(({ devices }) => devices !== 1)).toEqual([]);
      expect(outcome.devices).toHaveLength(terms.instances);
    });

    it('have the credentials at rest that they had before', () => {
      const { before, after } = outcome.identities;
      expect(after).toEqual(before);
      expect(new Set(Object.values(after)).size).toBe(terms.instances);
    });

    it('have a journal of what happened: paired once, and closed by whoever did it', () => {
      expect(outcome.journal.findings).toEqual([]);
    });

    it('are what their journals say, every one (I15)', () => {
      expect(outcome.replayed).toEqual([]);
    });

    it('had never more lines than there are of them, and have one each', () => {
      expect(outcome.mostLoggedIn).toBeLessThanOrEqual(terms.instances);
      expect(outcome.loggedIn).toBe(terms.instances);
    });

    it('lost no text that was acknowledged, sent none twice, and none that was refused', () => {
      const { lost, doubled, denied, unkept, fates } = outcome.outgoing;
      expect({ lost, doubled, denied, unkept }).toEqual({ lost: [], doubled: [], denied: [], unkept: [] });
      expect(fates.acknowledged).toBeGreaterThan(0);
    });

    it('received every text once', () => {
      const { lost, doubled, arrived } = outcome.incoming;
      expect({ lost, doubled }).toEqual({ lost: [], doubled: [] });
      expect(arrived).toBeGreaterThan(0);
    });

    it('leave nothing behind: no socket, no timer, no memory, no work', () => {
      const { before, after } = outcome.footprints;
      expect(leftOvers(before, after)).toEqual([]);
      expect(outcome.workLeft).toEqual([]);
    });

    it('have processes that end in order and complain of nothing but what was done to them', () => {
      expect(outcome.findings).toEqual([]);
      expect(outcome.unexpectedLines).toEqual([]);
    });

    it('tell nobody what was written, nor any key', () => {
      expect(outcome.secrets).toEqual([]);
    });
  });
}
