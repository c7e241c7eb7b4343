import { diceOf, newSeed } from '../../test/dice.js';
import { MemoryLog } from '../../test/memory-log.js';
import { tamperWith } from '../../test/tamper-campaign.js';
import { verdictOn } from '../../test/verdict.js';
import { newSigningPair, noteSigner } from '../notes/note-signer.js';

const log = new MemoryLog(130);

describe('an export that somebody tampered with', () => {
  it('is found out, and the place is named; a clean one is not suspected (I15)', async () => {
    const seed = newSeed();
    const { falseAlarms, missed, tampered } = await tamperWith(300, diceOf(seed));
    expect({ seed, falseAlarms, missed, tampered }).toEqual({ seed, falseAlarms: [], missed: [], tampered: 300 });
  });

  it('is found out when its checkpoints are signed by another key', async () => {
    const forger = noteSigner(log.signer.key.name, newSigningPair());
    expect(await verdictOn(await log.export(), { signer: forger })).toMatch(/^the checkpoint after entry 40 does not count: None of the given public keys signed the checkpoint of size 40; it names tenure\/0011aabb/);
  });

  it('is found out when it is older than a checkpoint that the reader holds', async () => {
    const before = await log.export(undefined, null, log.signed[1]);
    expect(await verdictOn(before, log)).toBe('verifies');
    expect(await verdictOn(before, log, log.signed.at(-1)!.note)).toBe('this is older than the checkpoint you hold: size 80 < 130');
  });

  it('is found out by a checkpoint that the reader holds when the whole log was made anew around it', async () => {
    const forged = log.rewritten(57);
    expect(await verdictOn(await forged.export(), log)).toBe('verifies');
    for (const { note, size } of log.signed.slice(1)) {
      expect(await verdictOn(await forged.export(), log, note)).toBe(`up to checkpoint ${size}, the one you hold, something was added, removed or altered`);
    }
    expect(await verdictOn(await forged.export(), log, log.signed[0]!.note)).toBe('verifies');
  });
});
