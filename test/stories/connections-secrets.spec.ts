import { randomBytes } from 'node:crypto';
import { idFrom } from '#libs/contracts';
import { Database, DatabaseTarget, InstanceKeys, Keyring, MasterKey } from '#libs/platform';
import { ApiClient, createTestDatabase, Superuser, type TestDatabase, until } from '#libs/testing';
import { pairInstance, untilConnected, untilQr } from '../setup/paired-instance.js';
import { TenureProcess } from '../setup/tenure-process.js';

const OWN = '5511987650001';
const FRIEND = '5511987650002';
const TEXTS = ['a secret that goes out', 'a secret that comes in'];
const MASTER = randomBytes(32);

/** The whole product in a process of its own, talkative: what it printed is searched for everything that it keeps sealed. */
describe('what is printed', () => {
  let database: TestDatabase;
  let tenure: TenureProcess;
  let client: ApiClient;
  let tenantId = '';
  let key = '';
  let qr = '';

  beforeAll(async () => {
    database = await createTestDatabase();
    tenure = await TenureProcess.start({
      ...{ DATABASE_URL: database.url, TENURE_MASTER_KEY: MASTER.toString('base64'), TENURE_LOG_LEVEL: 'debug', TENURE_PROFILE: 'development' },
    });
    const operator = new ApiClient(tenure.url, tenure.operatorKey);
    tenantId = (await operator.post<{ id: string }>('/v1/tenants', { name: 'Acme' })).body.id;
    key = (await operator.post<{ key: string }>('/v1/api-keys', { tenantId, name: 'k', environment: 'test', scopes: ['*'] })).body.key;
    client = new ApiClient(tenure.url, key);
  }, 30_000);
  afterAll(async () => {
    await tenure.discard();
    await database.drop();
  });

  /** Everything that a session has, decrypted: each of at least 16 bytes, so that a match is no chance. */
  const sealedValues = async (): Promise<Buffer[]> => {
    const keys = new InstanceKeys(new Keyring([new MasterKey(MASTER)]));
    const reader = new Database(new DatabaseTarget(database.url));
    const superuser = new Superuser(database);
    const [row] = await superuser.look<{ instance_id: string; ciphertext: Buffer }>('SELECT instance_id, ciphertext FROM wa_credentials');
    const [data] = await superuser.look<{ wrapped_key: Buffer }>('SELECT wrapped_key FROM instance_payload');
    const tenant = tenantId as `ten_${string}`;
    const id = idFrom('ins', row!.instance_id);
    const dataKey = await reader.forTenant(tenant, (tx) => keys.of(tx, id));
    const credentials = JSON.parse(dataKey.open('credentials', row!.ciphertext).toString()) as unknown;
    await Promise.all([reader.onApplicationShutdown(), superuser.end()]);
    return [...secretsOf(credentials), new MasterKey(MASTER).unwrap(`${tenant}|${id}`, data!.wrapped_key), MASTER];
  };

  it('is without a secret while sessions pair, talk, fail and pair again', async () => {
    const id = await pairInstance(client, 'shop', OWN);
    await client.post('/v1/sandbox/phones', { phoneNumber: FRIEND, name: 'Ana' });
    for (const fault of ['drop', 'bad_session']) {
      await client.post(`/v1/instances/${id}/messages`, { to: FRIEND, type: 'text', text: TEXTS[0] });
      await client.post(`/v1/sandbox/phones/${FRIEND}/messages`, { to: OWN, text: TEXTS[1] });
      await client.post('/v1/sandbox/faults', { kind: fault, phoneNumber: OWN });
      await untilConnected(client, id);
    }
    const secrets = await sealedValues();
    await client.post(`/v1/sandbox/phones/${OWN}/unlink`);
    await until('logged out', async () => (await client.get<{ reason: string }>(`/v1/instances/${id}/connection`)).body.reason === 'logged_out');
    await client.post(`/v1/instances/${id}/start`);
    qr = await untilQr(client, id);
    expect(await tenure.stop()).toBe(0);

    const printed = tenure.output.replace(tenure.operatorKey, '');
    const plain = [OWN, FRIEND, ...TEXTS, key, qr, 'privKey', 'Closing session', 'SessionEntry', '<Buffer'];
    expect(plain.filter((secret) => printed.includes(secret))).toEqual([]);
    expect(secrets.length).toBeGreaterThan(10);
    for (const secret of secrets) {
      for (const form of [secret.toString('hex'), secret.toString('base64'), secret.toString('base64url'), secret.toString('latin1')]) {
        expect(printed.includes(form)).toBe(false);
      }
    }
  }, 40_000);
});

/** Every value of the credentials that is bytes, and the secret of the pairing. */
function secretsOf(value: unknown): Buffer[] {
  if (typeof value !== 'object' || value === null) return [];
  const { type, data, ...rest } = value as { type?: string; data?: string };
  if (type === 'Buffer' && typeof data === 'string') return [Buffer.from(data, 'base64')].filter(({ length }) => length >= 16);
  const secret = (value as { advSecretKey?: string }).advSecretKey;
  return [...(secret ? [Buffer.from(secret, 'base64')] : []), ...Object.values(rest).flatMap(secretsOf)];
}
