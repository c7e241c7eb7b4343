import { newId, type TenantId } from '#libs/contracts';
import type { ApiClient } from '#libs/testing';
import { pairInstance } from '../setup/paired-instance.js';
import type { TestApplication } from '../setup/test-application.js';

/** A tenant with one of everything, so that what a request is refused for is its fault and not an empty place. */
export interface Place {
  tenantId: TenantId;
  client: ApiClient;
  key: string;
  /** path parameters by the beginning of the path they are in */
  parameters: [prefix: string, value: string][];
  /** those that have a name of their own */
  named: Record<string, string>;
}

export async function preparePlace(test: TestApplication, name: string, phoneNumber: string): Promise<Place> {
  const { id: tenantId, client } = await test.tenant(name);
  const instance = await pairInstance(client, 'the shop', phoneNumber);
  const document = { schema: 'retention/v1', mode: 'simulate', rules: [] };
  await client.put('/v1/retention-policy', document);
  await client.post('/v1/retention-policy/versions/1/activate');
  const group = await client.post<{ id: string }>(`/v1/sandbox/phones/${phoneNumber}/groups`, { subject: 'Friends', members: [] });
  const spare = await client.post<{ id: string }>('/v1/api-keys', { name: 'spare', environment: 'test', scopes: ['instances:read'] });
  const hold = await client.post<{ id: string }>('/v1/holds', { scope: 'selector', selector: 'nobody=has-it', reason: 'to be looked at' });
  const deletion = await client.post<{ id: string }>(`/v1/instances/${instance}/deletion-requests`);
  const bulk = await client.post<{ id: string }>('/v1/bulk-requests', { action: 'archive', ids: [instance] });
  const spareTenant = await test.operator.post<{ id: string }>('/v1/tenants', { name: `${name}, spare` });
  return {
    tenantId: tenantId as TenantId,
    client,
    key: await newKey(test, tenantId),
    parameters: [
      ['/v1/instances/', instance],
      ['/v1/retention-policy/versions/', '1'],
      ['/v1/sandbox/phones/', phoneNumber],
      ['/v1/api-keys/', spare.body.id],
      ['/v1/tenants/', spareTenant.body.id],
      ['/v1/holds/', hold.body.id],
      ['/v1/deletion-requests/', deletion.body.id],
      ['/v1/bulk-requests/', bulk.body.id],
      ['/v1/audit/certificates/', instance],
      // nothing is removed here
      ['/v1/purges/', newId('pur')],
      ['/v1/retention-runs/', newId('run')],
    ],
    named: { group: group.body.id },
  };
}

async function newKey(test: TestApplication, tenantId: string): Promise<string> {
  const { body } = await test.operator.post<{ key: string }>('/v1/api-keys', { tenantId, name: 'bad input', environment: 'test', scopes: ['*'] });
  return body.key;
}

/** The path of an operation in a place. A parameter that nothing is known of gets a text that is no id. */
export function fillPath(path: string, { parameters, named }: Place, overrides: Record<string, string> = {}): string {
  const known = parameters.find(([prefix]) => path.startsWith(prefix))?.[1] ?? 'nothing';
  return path.replaceAll(/\{(\w+)\}/g, (_all, name: string) => overrides[name] ?? named[name] ?? known);
}
