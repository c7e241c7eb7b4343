import { newId, uuidOf } from '#libs/contracts';
import { type ApiClient, expectProblem, Superuser } from '#libs/testing';
import { type ApiDocument, operationsOf } from '../document/api-document.js';
import { TestApplication, type TestTenant } from '../setup/test-application.js';

/** Take nothing away and let nothing go: whoever is refused here is not journalled. A new operation is declared `@Destructive()` or named here. */
const HARMLESS = [
  ...['createTenant', 'patchTenant', 'resumeTenant', 'createApiKey', 'rotateApiKey', 'drainNode', 'setWhatsAppVersion', 'clearWhatsAppVersion'],
  ...['createInstance', 'patchInstance', 'patchInstanceSettings', 'startInstance', 'stopInstance', 'restoreInstance', 'restartConnection', 'requestPairingCode', 'sendMessage'],
  ...['placeHold', 'placePlatformHold', 'draftRetentionPolicy', 'previewPolicyVersion', 'replayPolicyVersion'],
];

interface Entry {
  instance_id: string | null;
  type: string;
  actor: { id: string; scope: string; requestId: string };
  data: object;
}

describe('an attempt at something destructive that is refused', () => {
  let test: TestApplication;
  let superuser: Superuser;
  let tenant: TestTenant;
  let other: TestTenant;
  let id: string;

  beforeAll(async () => {
    test = await TestApplication.start();
    superuser = new Superuser(test.database);
    [tenant, other] = [await test.tenant('Acme'), await test.tenant('Globex')];
    id = (await tenant.client.post<{ id: string }>('/v1/instances', { name: 'shop', deletionProtection: true })).body.id;
  }, 60_000);
  afterAll(async () => {
    await superuser.end();
    await test.close();
  });

  const entries = (of = tenant) => superuser.look<Entry>(`SELECT instance_id, type, actor, data FROM journal WHERE tenant_id = $1 AND type ~ 'attempt_refused' ORDER BY id`, uuidOf(of.id as never));
  /** The entries that come with an attempt; nothing else of the tenant changes but what numbers them. */
  const journalledBy = async (attempt: () => Promise<{ status: number; headers: Headers }>) => {
    const [before, rows] = [(await entries()).length, await otherRows()];
    const { headers } = await attempt();
    const added = (await entries()).slice(before);
    expect(await otherRows()).toEqual(rows);
    for (const { actor } of added) expect(actor.requestId).toBe(headers.get('x-request-id'));
    return added.map(({ instance_id, data, actor }) => ({ ...data, scope: actor.scope, own: instance_id === uuidOf(id as never) }));
  };
  const otherRows = async () => {
    const all = await superuser.fingerprint(tenant.id as never);
    return Object.fromEntries(Object.entries(all).filter(([table]) => !/\.(journal\w*|instance_heads)$/.test(table)));
  };
  const expected = (operationId: string, code: string, status: number, scope: string, own: boolean) => [{ operationId, code, status, scope, own }];

  it('is told by the operation: each that changes something is declared destructive, or is known to be harmless', async () => {
    const operations = operationsOf((await test.operator.get<ApiDocument>('/openapi.json')).body).filter(({ method, path }) => method !== 'GET' && !path.startsWith('/v1/sandbox'));
    const undeclared = operations.filter((operation) => !(operation as { 'x-destructive'?: boolean })['x-destructive']).map(({ operationId }) => operationId);
    expect(undeclared.sort()).toEqual([...HARMLESS].sort());
  });

  it('is an entry of the instance, whoever tried it and by whatever it was refused', async () => {
    const { client } = tenant;
    const request = (by: ApiClient, of = id) => by.post(`/v1/instances/${of}/deletion-requests`);
    expect(await journalledBy(() => request(client))).toEqual(expected('requestDeletion', 'deletion-protected', 409, 'retention:purge', true));
    const reader = await test.client(tenant.id, 'test', ['instances:read']);
    expect(await journalledBy(() => request(reader))).toEqual(expected('requestDeletion', 'forbidden', 403, 'retention:purge', true));
    expect(await journalledBy(() => client.delete(`/v1/instances/${id}`))).toMatchObject([{ operationId: 'deleteInstance', code: 'method-not-allowed', status: 405, own: true }]);
  });

  it('is one where the name or the token was wrong, and none where the form was', async () => {
    const { client } = tenant;
    await client.patch(`/v1/instances/${id}`, { deletionProtection: false });
    const { body } = await client.post<{ id: string; token: string }>(`/v1/instances/${id}/deletion-requests`);
    const confirm = (sent: object) => client.post(`/v1/deletion-requests/${body.id}/confirm`, sent);
    expect(await journalledBy(() => confirm({ token: body.token, name: 'shop 2' }))).toEqual(expected('confirmDeletion', 'invalid-request', 422, 'retention:purge', true));
    expect(await journalledBy(() => confirm({ token: 'x'.repeat(32), name: 'shop' }))).toEqual(expected('confirmDeletion', 'invalid-request', 422, 'retention:purge', true));
    expect(await journalledBy(() => confirm({ token: body.token }))).toEqual([]);
    const told = JSON.stringify(await entries());
    for (const secret of [body.token, 'shop 2', 'xxxx']) expect(told).not.toContain(secret);
  });

  it("is an entry of one's own tenant, alike for what is another's, of the other environment, and what nobody has (I13)", async () => {
    const live = await test.client(tenant.id, 'live');
    const archive = (by: ApiClient, of: string) => () => by.post(`/v1/instances/${of}/archive`);
    const theirs = (await other.client.post<{ id: string }>('/v1/instances', { name: 'theirs' })).body.id;
    for (const attempt of [archive(tenant.client, theirs), archive(tenant.client, newId('ins')), archive(live, id)]) {
      expect(await journalledBy(attempt)).toEqual(expected('archiveInstance', 'instance-not-found', 404, 'instances:write', false));
    }
    expect(await entries(other)).toEqual([]);
  });

  it('is an entry of the tenant where no instance is meant, also by the operator at that tenant', async () => {
    const none = (operationId: string, code: string, status: number, scope: string) => expected(operationId, code, status, scope, false);
    expect(await journalledBy(() => tenant.client.post('/v1/retention-policy/versions/99/activate'))).toEqual(none('activatePolicyVersion', 'policy-version-not-found', 404, 'retention:write'));
    expect(await journalledBy(() => tenant.client.post(`/v1/tenants/${other.id}/suspend`))).toEqual(none('suspendTenant', 'forbidden', 403, 'operator'));
    expect(await journalledBy(() => test.operator.delete(`/v1/tenants/${tenant.id}/deletion-requests`))).toMatchObject([{ operationId: 'cancelTenantDeletion', status: 409, scope: 'operator' }]);
    expect(await journalledBy(() => test.operator.delete(`/v1/tenants/${tenant.id}`))).toMatchObject([{ operationId: 'deleteTenant', status: 405 }]);
    expectProblem(await test.operator.post(`/v1/tenants/${newId('ten')}/suspend`), 404, 'tenant-not-found');
    expect(await superuser.look(`SELECT 1 FROM journal j WHERE NOT EXISTS (SELECT 1 FROM tenants t WHERE t.id = j.tenant_id)`)).toEqual([]);
  });

  it('stays what it is when it cannot be written', async () => {
    await superuser.look(`ALTER TABLE journal ADD CONSTRAINT full_up CHECK (type <> 'tenant.attempt_refused') NOT VALID`);
    const refused = await tenant.client.post(`/v1/instances/${newId('ins')}/archive`);
    await superuser.look('ALTER TABLE journal DROP CONSTRAINT full_up');
    expectProblem(refused, 404, 'instance-not-found');
  });
});
