import { TestGround } from '#libs/testing';
import { AuditedTenant } from '../test/audited-tenant.js';
import { diceOf, newSeed } from '../test/dice.js';
import { TABLE_TAMPERINGS } from '../test/table-tamperings.js';
import { AuditModule } from './audit.module.js';
import { AuditSettings } from './checkpoints/audit.settings.js';

const ROLES = { api: true, worker: true };

describe('a database whose superuser changed the past', () => {
  let ground: TestGround;
  let audited: AuditedTenant;
  const seed = newSeed();
  const dice = diceOf(seed);

  beforeAll(async () => {
    ground = await TestGround.start({ imports: [AuditModule.forRoot(ROLES)], settings: [AuditSettings], worker: false });
    audited = await AuditedTenant.create(ground, 60);
    await audited.save();
  }, 60_000);
  afterAll(() => ground.close());

  it('is not suspected before anything was changed, whatever is asked for', async () => {
    for (const query of ['', '?types=instance.renamed', `?types=instance.created&since=${audited.size}`, `?instanceId=${audited.instanceId}`]) {
      expect([query, await audited.verdict(await audited.export(query))]).toEqual([query, 'verifies']);
    }
  });

  it.each(Object.entries(TABLE_TAMPERINGS))('is found out, and the place is named: %s (I15)', async (_what, tamper) => {
    const position = 1 + dice(audited.size);
    const says = await tamper(audited, position, dice);
    try {
      expect([seed, await audited.verdict(await audited.export())]).toEqual([seed, expect.stringMatching(says)]);
    } finally {
      await audited.putBack();
    }
    expect(await audited.verdict(await audited.export())).toBe('verifies');
  });

  it('is found out when an old copy of the rows was put in place of the present ones, by whoever holds a checkpoint (I15)', async () => {
    await audited.save();
    const rename = (name: string) => audited.tenant.client.patch(`/v1/instances/${audited.instanceId}`, { name });
    for (let n = 0; n < 5; n++) await rename(`later ${n}`);
    await audited.export();
    const { note, size } = await audited.newestNote();
    await audited.rollBack();
    const old = await audited.export();
    expect(await audited.verdict(old, null)).toBe('verifies');
    expect(await audited.verdict(old, note)).toMatch(new RegExp(`^this is older than the checkpoint you hold: size \\d+ < ${size}$`));
    for (let n = 0; n < 10; n++) await rename(`other ${n}`);
    const grown = await audited.export();
    expect(await audited.verdict(grown, null)).toBe('verifies');
    expect(await audited.verdict(grown, note)).toBe(`up to checkpoint ${size}, the one you hold, something was added, removed or altered`);
  });
});
