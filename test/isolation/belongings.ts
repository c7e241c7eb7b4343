import type { Environment, TenantId } from '#libs/contracts';
import { type ApiClient, until } from '#libs/testing';
import { pairInstance } from '../setup/paired-instance.js';
import type { TestApplication } from '../setup/test-application.js';

/** What one key can see: of one tenant, in one environment. */
export interface Side {
  who: string;
  tenantId: TenantId;
  environment: Environment;
  client: ApiClient;
  instances: string[];
  keys: string[];
  phones: string[];
  /** names, labels, texts of messages: what is nobody else's to read */
  texts: string[];
  /** texts and numbers of versions that both environments of the tenant share */
  shared: { texts: string[]; versions: string[] };
}

/** A tenant with some of everything, in both environments. What it is called is in everything it has. */
export async function furnish(test: TestApplication, name: string, phoneNumber: string, versions: number): Promise<Side[]> {
  const { id: tenantId, client } = await test.tenant(`${name} Ltd`);
  const shared = { texts: [`${name} Ltd`, `${name}-rule`], versions: Array.from({ length: versions }, (_, index) => String(index + 1)) };
  const live = await test.client(tenantId, 'live');
  const side = (environment: Environment, own: ApiClient, more: Partial<Side>) => ({ who: `${name} (${environment})`, tenantId: tenantId as TenantId, environment, client: own, phones: [], shared, ...more });
  const sides = [
    side('test', client, { phones: [phoneNumber, `${phoneNumber}0`], instances: await testInstances(client, name, phoneNumber), texts: textsOf(name, 'test') }),
    side('live', live, { instances: await plainInstances(live, name, 'live'), texts: textsOf(name, 'live') }),
  ];
  await writePolicy(client, name, versions);
  return Promise.all(sides.map(async (half) => ({ ...half, keys: await makeKeys(half.client, name, half.environment) }) as Side));
}

const textsOf = (name: string, environment: Environment): string[] => [`${name}-${environment}-shop`, `${name}-${environment}-old`, `${name}-${environment}-team`, `${name}-${environment}-key`, ...(environment === 'test' ? [`hello from ${name}`] : [])];

/** Never paired, and archived. */
async function plainInstances(client: ApiClient, name: string, environment: Environment): Promise<string[]> {
  const labels = { team: `${name}-${environment}-team` };
  const create = async (suffix: string) => (await client.post<{ id: string }>('/v1/instances', { name: `${name}-${environment}-${suffix}`, labels })).body.id;
  const ids = [await create('shop'), await create('old')];
  await client.post(`/v1/instances/${ids[1]}/archive`);
  return ids;
}

/** Also one that is connected and has messages, and one that shows a QR code. */
async function testInstances(client: ApiClient, name: string, phoneNumber: string): Promise<string[]> {
  const paired = await pairInstance(client, `${name}-test-paired`, phoneNumber);
  await client.post('/v1/sandbox/phones', { phoneNumber: `${phoneNumber}0`, name: `${name}-test-friend` });
  await client.post(`/v1/sandbox/phones/${phoneNumber}0/messages`, { to: phoneNumber, text: `hello from ${name}` });
  await until('a message', async () => (await client.get<{ data: unknown[] }>(`/v1/instances/${paired}/messages`)).body.data.length > 0);
  return [paired, ...(await plainInstances(client, name, 'test'))];
}

async function writePolicy(client: ApiClient, name: string, versions: number): Promise<void> {
  for (let version = 1; version <= versions; version++) {
    const rule = { id: `${name}-rule`, kind: 'act', priority: version, match: {}, clock: 'latest', archive: { after: 'P900D' } };
    await client.put('/v1/retention-policy', { schema: 'retention/v1', mode: 'simulate', rules: [rule] });
  }
  await client.post('/v1/retention-policy/versions/1/activate');
}

async function makeKeys(client: ApiClient, name: string, environment: Environment): Promise<string[]> {
  const make = async () => (await client.post<{ id: string }>('/v1/api-keys', { name: `${name}-${environment}-key`, environment, scopes: ['instances:read'] })).body.id;
  return [await make(), await make()];
}
