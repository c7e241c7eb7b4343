import { newId } from '#libs/contracts';
import { newMasterKey, RotationWorld } from '../../test/rotation-world.js';
import { StartError } from '../start-error.js';
import type { MasterKey } from './master-key.js';

const tenant = newId('ten');
const CAREFUL = { mayMake: false, anyway: false };

describe('a start', () => {
  let world: RotationWorld;
  const [old, fresh, strange] = [newMasterKey(), newMasterKey(), newMasterKey()];

  beforeEach(async () => {
    world = await RotationWorld.start();
    await world.createMany(await world.process(old), tenant, 3);
  });
  afterEach(() => world.close());

  const rows = () => world.superuser.fingerprint();
  const refusal = async (...keys: MasterKey[]) => {
    const before = await rows();
    const error = await world.process(...keys).then(() => null, (reason: unknown) => reason);
    expect(error).toBeInstanceOf(StartError);
    expect(await rows()).toEqual(before);
    return (error as StartError).message;
  };

  it('with another key is refused, and changes nothing', async () => {
    expect(await refusal(strange)).toContain(`The master key is not the one this database was encrypted with (wanted ${old.id}, given ${strange.id})`);
    expect(await refusal(strange, fresh)).toContain(`given ${strange.id}, ${fresh.id}`);
  });

  it('with the key among others goes on under it, whichever comes first', async () => {
    for (const keys of [[old], [old, fresh], [fresh, old], [strange, fresh, old]]) {
      expect((await world.process(...keys)).keyring.current).toBe(old);
    }
  });

  it('with a key that only has the right name is refused', async () => {
    const namesake = newMasterKey();
    Object.assign(namesake, { id: old.id });
    expect(await refusal(namesake)).toContain('is not the one');
  });

  it('on a database of a version that did not name its key finds it by its check, and names it', async () => {
    await world.superuser.look('UPDATE platform_state SET master_key_id = NULL');
    expect(await refusal(strange)).toContain('is not the one');
    expect((await world.process(fresh, old)).keyring.current).toBe(old);
    expect(await world.superuser.look('SELECT master_key_id FROM platform_state')).toEqual([{ master_key_id: old.id }]);
  });

  it('in the middle of a rotation needs both keys', async () => {
    await world.rotation(await world.process(fresh, old)).begin(CAREFUL);
    expect((await world.process(old, fresh)).keyring.current).toBe(fresh);
    expect(await refusal(old)).toMatch(new RegExp(`The master key ${old.id} was replaced by ${fresh.id} at 2.*and the new one is not given`));
    expect(await refusal(fresh)).toContain(`still under the master key ${old.id}, which is not given`);
    expect(await refusal(strange)).toContain('is not the one');
  });

  it('after a rotation needs the new key, and with the old one alone is told what happened', async () => {
    await world.rotate(await world.process(fresh, old));
    expect((await world.process(fresh)).keyring.current).toBe(fresh);
    expect(await refusal(old)).toContain(`The master key ${old.id} was replaced by ${fresh.id}`);
    expect(await refusal(strange)).toContain('is not the one');
  });
});
