import { AuditModule, AuditSettings } from '#libs/audit';
import { TestGround } from '#libs/testing';
import { AuditedTenant } from '../../libs/audit/test/audited-tenant.js';
import { diceOf, newSeed } from '../../libs/audit/test/dice.js';
import { TABLE_TAMPERINGS } from '../../libs/audit/test/table-tamperings.js';

const TIMES = 300;

describe('a database whose superuser changes the past, hundreds of times', () => {
  it('is found out each time, the place is named, and nothing is suspected once it is put back (I15)', async () => {
    const seed = newSeed();
    console.log(`seed ${seed}`);
    const dice = diceOf(seed);
    const ground = await TestGround.start({ imports: [AuditModule.forRoot({ api: true, worker: true })], settings: [AuditSettings], worker: false });
    const audited = await AuditedTenant.create(ground, 300);
    await audited.save();
    const ways = Object.entries(TABLE_TAMPERINGS);
    const missed: string[] = [];
    for (let n = 0; n < TIMES; n++) {
      const [what, tamper] = ways[n % ways.length]!;
      const says = await tamper(audited, 1 + dice(audited.size), dice);
      const said = await audited.verdict(await audited.export());
      if (!says.test(said)) missed.push(`${what}: ${said}`);
      await audited.putBack();
    }
    expect({ seed, missed }).toEqual({ seed, missed: [] });
    expect(await audited.verdict(await audited.export())).toBe('verifies');
    await ground.close();
  }, 600_000);
});
