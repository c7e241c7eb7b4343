import { diceOf, newSeed } from '../../libs/audit/test/dice.js';
import { tamperWith } from '../../libs/audit/test/tamper-campaign.js';

const TIMES = 10_000;

describe('exports that somebody tampered with, in thousands of ways', () => {
  it('are all found out, each place is named, and no clean one is suspected (I15)', async () => {
    const seed = newSeed();
    console.log(`seed ${seed}`);
    const { falseAlarms, missed, tampered } = await tamperWith(TIMES, diceOf(seed));
    expect({ seed, falseAlarms, missed, tampered }).toEqual({ seed, falseAlarms: [], missed: [], tampered: TIMES });
  }, 300_000);
});
