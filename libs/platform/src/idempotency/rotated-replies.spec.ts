import { randomBytes } from 'node:crypto';
import { type Answer, expectProblem, TestGround, type TestTenant } from '#libs/testing';
import { Keyring } from '../crypto/keyring.js';
import { MasterKey } from '../crypto/master-key.js';
import { KeyRotation } from '../key-rotation/key-rotation.js';

const [old, fresh] = [new MasterKey(randomBytes(32)), new MasterKey(randomBytes(32))];
const nothing = (): void => undefined;
const silent = { made: nothing, waiting: nothing, switched: nothing, moved: nothing, passedOver: nothing };

describe('the reply to a request with an Idempotency-Key, around a rotation of the master key', () => {
  let ground: TestGround;
  let acme: TestTenant;
  let before: Answer;

  beforeAll(async () => {
    ground = await TestGround.start({ keyring: new Keyring([old, fresh]) });
    acme = await ground.tenant();
    before = await create('before');
    const rotation = new KeyRotation(ground.database, new Keyring([fresh, old]), silent);
    await rotation.begin({ mayMake: false, anyway: true });
    await rotation.complete();
  });
  afterAll(() => ground.close());

  const create = (key: string, client = acme.client) => client.send<Record<string, unknown>>('POST', '/v1/instances', { name: key }, { 'idempotency-key': key });
  const keysOfReplies = async () => (await ground.superuser.look<{ id: string }>('SELECT master_key_id AS id FROM idempotent_requests ORDER BY created_at')).map(({ id }) => id);

  it('is repeated after it', async () => {
    const again = await create('before');
    expect([again.status, again.headers.get('idempotency-replayed'), again.body]).toEqual([201, 'true', before.body]);
  });

  it('is sealed under the new key from its beginning on, also by a process that has not heard of it', async () => {
    const rename = () => acme.client.send<Record<string, unknown>>('PATCH', `/v1/instances/${before.body.id as string}`, { name: 'after' }, { 'idempotency-key': 'after' });
    expect(ground.keyring.current).toBe(old);
    const first = await rename();
    expect(first.status).toBe(200);
    expect(await keysOfReplies()).toEqual([old.id, fresh.id]);
    expect((await rename()).body).toEqual(first.body);
  });

  it('kept by a version that did not name its key is repeated by whichever key fits', async () => {
    await ground.superuser.look('UPDATE idempotent_requests SET master_key_id = NULL');
    expect((await create('before')).body).toEqual(before.body);
  });

  it('whose key is not there any more says that the request was carried out, and it is not carried out again', async () => {
    await ground.superuser.look(`UPDATE idempotent_requests SET master_key_id = 'ffffffffffffffff'`);
    expectProblem(await create('before'), 409, 'idempotency-reply-unreadable');
    expect(await ground.superuser.look(`SELECT 1 FROM instances WHERE name = 'after'`)).toHaveLength(1);
  });
});
