import { SecuritySettings } from '#libs/platform';
import { TestGround } from '#libs/testing';
import { OperatorKeys } from './operator-keys.js';

describe('the operator key', () => {
  let ground: TestGround;

  beforeAll(async () => {
    ground = await TestGround.start();
  });
  afterAll(() => ground.close());

  it('is made once, however many processes start for the first time at the same moment', async () => {
    for (let round = 0; round < 5; round++) {
      await ground.superuser.look('DELETE FROM operator_keys');
      const starts = Array.from({ length: 8 }, () => new OperatorKeys(ground.database, new SecuritySettings()).ensure());
      const made = (await Promise.all(starts)).filter((key) => key !== null);
      expect(made).toEqual([expect.stringMatching(/^tnr_op_/)]);
      expect(await ground.superuser.look('SELECT id FROM operator_keys')).toHaveLength(1);
    }
  });
});
