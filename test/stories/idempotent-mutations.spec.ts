import { idFrom, type TenantId, uuidOf } from '#libs/contracts';
import { ApiClient, Superuser, until } from '#libs/testing';
import type { RegisterDeviceDto } from '../../libs/sandbox/src/control/linked-device.dto.js';
import { registeredMemory } from '../../libs/sandbox/src/testing/register.js';
import { pairInstance, readInstance, untilQr } from '../setup/paired-instance.js';
import { TestApplication, type TestTenant } from '../setup/test-application.js';

const [OWN, FRIEND] = ['5511999990001', '5511999990002'] as const;
const RULES = { schema: 'retention/v1', mode: 'simulate', rules: [] };

interface Call {
  path: string;
  body?: object;
  by?: 'operator';
}

/** What a client with fresh credentials would ask for. */
async function newDevice(): Promise<RegisterDeviceDto> {
  const asked: RegisterDeviceDto[] = [];
  await registeredMemory((request) => (asked.push(request), Promise.reject(new Error('not now')))).catch(() => undefined);
  return asked[0]!;
}

/** Of the platform and no tenant, of messages and of sockets, or of what nobody has confirmed yet: no entry is made of these. Nor of the sandbox. */
const UNJOURNALLED = new Set([
  ...['acknowledgeClock', 'setKillSwitch', 'drainNode', 'setWhatsAppVersion', 'clearWhatsAppVersion', 'placePlatformHold', 'releasePlatformHold'],
  ...['restartConnection', 'requestPairingCode', 'sendMessage'],
  ...['requestDeletion', 'cancelDeletion', 'requestBulk', 'previewPolicyVersion', 'replayPolicyVersion'],
]);

/** A new operation is found here by being in the document: it fails until it says how it is called, and until it keeps its reply. */
describe('every operation that changes something, sent twice with one Idempotency-Key', () => {
  let test: TestApplication;
  let superuser: Superuser;
  let acme: TestTenant;
  let calls: Record<string, () => Promise<Call>> = {};
  let documented: string[] = [];

  beforeAll(async () => {
    test = await TestApplication.start();
    superuser = new Superuser(test.database);
    acme = await test.tenant();
    const { client } = acme;
    const paired = await pairInstance(client, 'paired', OWN);
    await client.post('/v1/sandbox/phones', { phoneNumber: FRIEND, name: 'Ana' });
    const fresh = async () => (await client.post<{ id: string }>('/v1/instances', { name: `fresh ${Math.random()}` })).body.id;
    const tenant = async () => (await test.operator.post<{ id: string }>('/v1/tenants', { name: 'Globex' })).body.id;
    const key = async () => (await client.post<{ id: string }>('/v1/api-keys', { name: 'k', environment: 'test', scopes: ['*'] })).body.id;
    const pairing = async () => {
      const id = await fresh();
      await client.post(`/v1/instances/${id}/start`);
      return { id, qr: await untilQr(client, id) };
    };
    const archived = async () => {
      const id = await fresh();
      await client.post(`/v1/instances/${id}/archive`);
      return id;
    };
    const group = async () => (await client.post<{ id: string }>(`/v1/sandbox/phones/${FRIEND}/groups`, { subject: 'Friends', members: [] })).body.id;
    const hold = async () => (await client.post<{ id: string }>('/v1/holds', { scope: 'tenant', reason: 'a dispute' })).body.id;
    const deletion = async () => (await client.post<{ id: string; token: string }>(`/v1/instances/${await fresh()}/deletion-requests`)).body;
    const bulk = async () => (await client.post<{ id: string; token: string }>('/v1/bulk-requests', { action: 'archive', ids: [await fresh()] })).body;
    const confirmed = async () => {
      const { id, token } = await deletion();
      const { body } = await client.get<{ instanceId: string }>(`/v1/deletion-requests/${id}`);
      const { body: instance } = await client.get<{ name: string }>(`/v1/instances/${body.instanceId}`);
      return { id, body: { token, name: instance.name } };
    };
    const scheduled = async () => {
      const { id, body } = await confirmed();
      return (await client.post<{ purgeId: string }>(`/v1/deletion-requests/${id}/confirm`, body)).body.purgeId;
    };
    const scheduledByAnother = async () => {
      const { body } = await client.post<{ key: string }>('/v1/api-keys', { name: 'other', environment: 'test', scopes: ['*'] });
      const other = new ApiClient(test.url, body.key);
      const id = await fresh();
      const { body: asked } = await other.post<{ id: string; token: string }>(`/v1/instances/${id}/deletion-requests`);
      const { body: instance } = await client.get<{ name: string }>(`/v1/instances/${id}`);
      return (await other.post<{ purgeId: string }>(`/v1/deletion-requests/${asked.id}/confirm`, { token: asked.token, name: instance.name })).body.purgeId;
    };
    // as the sweep makes one of what is due beyond a limit
    const blockedRun = async () => {
      const ended = `UPDATE retention_runs SET status = 'cancelled', ended_at = now() WHERE tenant_id = $1 AND status IN ('running', 'blocked', 'released')`;
      await superuser.look(ended, uuidOf(acme.id as TenantId));
      const [row] = await superuser.look<{ id: string }>(
        `INSERT INTO retention_runs (tenant_id, id, environment, policy_version, started_at, due, slice, over_limit, status)
         VALUES ($1, gen_random_uuid(), 'test', 1, now(), 1, 1, 'max_per_run', 'blocked') RETURNING id`,
        uuidOf(acme.id as TenantId),
      );
      return idFrom('run', row!.id);
    };
    const platformHold = async () => (await test.operator.post<{ id: string }>('/v1/platform/holds', { reason: 'a report' })).body.id;
    const draft = async () => (await client.put<{ version: number }>('/v1/retention-policy', RULES)).body.version;
    calls = {
      createTenant: async () => ({ path: '/v1/tenants', body: { name: 'Initech' }, by: 'operator' }),
      patchTenant: async () => ({ path: `/v1/tenants/${await tenant()}`, body: { name: 'Initrode' }, by: 'operator' }),
      requestTenantDeletion: async () => ({ path: `/v1/tenants/${await tenant()}/deletion-requests`, by: 'operator' }),
      confirmTenantDeletion: async () => {
        const id = await tenant();
        const { body } = await test.operator.post<{ token: string }>(`/v1/tenants/${id}/deletion-requests`);
        const { body: named } = await test.operator.get<{ name: string }>(`/v1/tenants/${id}`);
        return { path: `/v1/tenants/${id}/deletion-requests/confirm`, body: { token: body.token, name: named.name }, by: 'operator' };
      },
      cancelTenantDeletion: async () => {
        const id = await tenant();
        await test.operator.post(`/v1/tenants/${id}/deletion-requests`);
        return { path: `/v1/tenants/${id}/deletion-requests`, by: 'operator' };
      },
      suspendTenant: async () => ({ path: `/v1/tenants/${await tenant()}/suspend`, by: 'operator' }),
      resumeTenant: async () => {
        const id = await tenant();
        await test.operator.post(`/v1/tenants/${id}/suspend`);
        return { path: `/v1/tenants/${id}/resume`, by: 'operator' };
      },
      acknowledgeClock: async () => ({ path: '/v1/platform/clock/acknowledgement', by: 'operator' }),
      setKillSwitch: async () => ({ path: '/v1/platform/kill-switch', body: { on: false }, by: 'operator' }),
      drainNode: async () => {
        // another process: this one has yet to send messages
        const [row] = await superuser.look<{ id: string }>(`INSERT INTO nodes (id, name, capacity, started_at, lease_until) VALUES (gen_random_uuid(), 'away:1', 1, now(), now()) RETURNING id`);
        return { path: `/v1/nodes/${idFrom('nod', row!.id)}/drain`, by: 'operator' };
      },
      setWhatsAppVersion: async () => ({ path: '/v1/platform/whatsapp-version', body: { version: '2.3000.1' }, by: 'operator' }),
      clearWhatsAppVersion: async () => ({ path: '/v1/platform/whatsapp-version', by: 'operator' }),
      createApiKey: async () => ({ path: '/v1/api-keys', body: { name: 'k', environment: 'test', scopes: ['*'] } }),
      rotateApiKey: async () => ({ path: `/v1/api-keys/${await key()}/rotate`, body: {} }),
      revokeApiKey: async () => ({ path: `/v1/api-keys/${await key()}` }),
      createInstance: async () => ({ path: '/v1/instances', body: { name: 'twice' } }),
      patchInstance: async () => ({ path: `/v1/instances/${await fresh()}`, body: { labels: { a: 'b' } } }),
      patchInstanceSettings: async () => ({ path: `/v1/instances/${await fresh()}/settings`, body: { readReceipts: true } }),
      startInstance: async () => ({ path: `/v1/instances/${await fresh()}/start` }),
      stopInstance: async () => ({ path: `/v1/instances/${(await pairing()).id}/stop` }),
      archiveInstance: async () => ({ path: `/v1/instances/${await fresh()}/archive` }),
      restoreInstance: async () => ({ path: `/v1/instances/${await archived()}/restore` }),
      restartConnection: async () => ({ path: `/v1/instances/${(await pairing()).id}/restart` }),
      requestPairingCode: async () => ({ path: `/v1/instances/${(await pairing()).id}/pairing-code`, body: { phoneNumber: FRIEND } }),
      requestDeletion: async () => ({ path: `/v1/instances/${await fresh()}/deletion-requests` }),
      confirmDeletion: async () => {
        const { id, body } = await confirmed();
        return { path: `/v1/deletion-requests/${id}/confirm`, body };
      },
      requestBulk: async () => ({ path: '/v1/bulk-requests', body: { action: 'archive', ids: [await fresh()] } }),
      confirmBulk: async () => {
        const { id, token } = await bulk();
        return { path: `/v1/bulk-requests/${id}/confirm`, body: { token, instances: 1 } };
      },
      stopBulk: async () => ({ path: `/v1/bulk-requests/${(await bulk()).id}/stop` }),
      cancelDeletion: async () => ({ path: `/v1/deletion-requests/${(await deletion()).id}` }),
      approvePurge: async () => ({ path: `/v1/purges/${await scheduledByAnother()}/approve` }),
      cancelPurge: async () => ({ path: `/v1/purges/${await scheduled()}/cancel` }),
      setOverride: async () => ({ path: `/v1/instances/${await fresh()}/retention/override`, body: { archiveAfter: 'P60D' } }),
      clearOverride: async () => {
        const id = await fresh();
        await client.put(`/v1/instances/${id}/retention/override`, { archiveAfter: 'P60D' });
        return { path: `/v1/instances/${id}/retention/override` };
      },
      releaseRetentionRun: async () => ({ path: `/v1/retention-runs/${await blockedRun()}/release` }),
      cancelRetentionRun: async () => ({ path: `/v1/retention-runs/${await blockedRun()}/cancel` }),
      placeHold: async () => ({ path: '/v1/holds', body: { scope: 'tenant', reason: 'twice' } }),
      releaseHold: async () => ({ path: `/v1/holds/${await hold()}` }),
      placePlatformHold: async () => ({ path: '/v1/platform/holds', body: { reason: 'twice' }, by: 'operator' }),
      releasePlatformHold: async () => ({ path: `/v1/platform/holds/${await platformHold()}`, by: 'operator' }),
      draftRetentionPolicy: async () => ({ path: '/v1/retention-policy', body: { ...RULES, mode: 'off' } }),
      activatePolicyVersion: async () => ({ path: `/v1/retention-policy/versions/${await draft()}/activate` }),
      previewPolicyVersion: async () => ({ path: `/v1/retention-policy/versions/${await draft()}/preview` }),
      replayPolicyVersion: async () => ({ path: `/v1/retention-policy/versions/${await draft()}/replay` }),
      createSandboxPhone: async () => ({ path: '/v1/sandbox/phones', body: { phoneNumber: '5511999990009', name: 'Bob' } }),
      scanQr: async () => ({ path: `/v1/sandbox/phones/${FRIEND}/scan`, body: { qr: (await pairing()).qr } }),
      enterPairingCode: async () => {
        const { id } = await pairing();
        const { body } = await client.post<{ pairingCode: string }>(`/v1/instances/${id}/pairing-code`, { phoneNumber: FRIEND });
        return { path: `/v1/sandbox/phones/${FRIEND}/enter-code`, body: { code: body.pairingCode } };
      },
      unlinkDevices: async () => ({ path: `/v1/sandbox/phones/${FRIEND}/unlink` }),
      createSandboxFault: async () => ({ path: '/v1/sandbox/faults', body: { kind: 'drop', phoneNumber: FRIEND } }),
      endSandboxFaults: async () => ({ path: '/v1/sandbox/faults' }),
      putSandboxLoad: async () => ({ path: '/v1/sandbox/load', body: { phones: 2 } }),
      registerDevice: async () => ({ path: '/v1/sandbox/phones/5599000000001/devices', body: await newDevice() }),
      startSandboxTraffic: async () => ({ path: '/v1/sandbox/load/traffic', body: { label: 'twice', perSecond: 1, seconds: 1 } }),
      stopSandboxTraffic: async () => ({ path: '/v1/sandbox/load/traffic' }),
      sendFromPhone: async () => ({ path: `/v1/sandbox/phones/${FRIEND}/messages`, body: { to: OWN, text: 'hello shop' } }),
      callFromPhone: async () => ({ path: `/v1/sandbox/phones/${FRIEND}/calls`, body: { to: OWN, seconds: 1 } }),
      createSandboxGroup: async () => ({ path: `/v1/sandbox/phones/${FRIEND}/groups`, body: { subject: 'Friends', members: [OWN] } }),
      changeSandboxGroup: async () => ({ path: `/v1/sandbox/phones/${FRIEND}/groups/${await group()}`, body: { subject: 'Best friends' } }),
      changeSandboxGroupMembers: async () => ({ path: `/v1/sandbox/phones/${FRIEND}/groups/${await group()}/members`, body: { action: 'add', members: [OWN] } }),
      leaveSandboxGroup: async () => ({ path: `/v1/sandbox/phones/${FRIEND}/groups/${await group()}/leave` }),
      renewSandboxGroupInvite: async () => ({ path: `/v1/sandbox/phones/${FRIEND}/groups/${await group()}/invite/renew` }),
      joinSandboxGroup: async () => {
        const { body } = await client.get<{ code: string }>(`/v1/sandbox/phones/${FRIEND}/groups/${await group()}/invite`);
        return { path: `/v1/sandbox/phones/${OWN}/groups/join`, body: { code: body.code } };
      },
      changeSandboxProfile: async () => ({ path: `/v1/sandbox/phones/${FRIEND}/profile`, body: { about: 'At work' } }),
      setSandboxPicture: async () => ({ path: `/v1/sandbox/phones/${FRIEND}/profile/picture`, body: { image: '/9j/4AAQSkZJRg==' } }),
      removeSandboxPicture: async () => ({ path: `/v1/sandbox/phones/${FRIEND}/profile/picture` }),
      setSandboxGroupPicture: async () => ({ path: `/v1/sandbox/phones/${FRIEND}/groups/${await group()}/picture`, body: { image: '/9j/4AAQSkZJRg==' } }),
      setSandboxPresence: async () => ({ path: `/v1/sandbox/phones/${FRIEND}/presence`, body: { state: 'available' } }),
      changeSandboxSetting: async () => ({ path: `/v1/sandbox/phones/${FRIEND}/settings`, body: { chat: OWN, pin: true } }),
      prepareUpload: async () => ({ path: `/v1/sandbox/phones/${FRIEND}/uploads` }),
      sendMessage: async () => {
        await until('connected', async () => (await readInstance(client, paired)).connection.state === 'connected');
        return { path: `/v1/instances/${paired}/messages`, body: { to: FRIEND, type: 'text', text: 'hello Ana' } };
      },
      // last: it takes the device off the account
      logoutConnection: async () => ({ path: `/v1/instances/${paired}/logout` }),
    };
    const { body } = await test.operator.get<{ paths: Record<string, Record<string, { operationId: string; security: { bearer?: string[] }[] }>> }>('/openapi.json');
    const operations = Object.values(body.paths).flatMap((path) => Object.entries(path));
    methods = Object.fromEntries(operations.map(([method, { operationId }]) => [operationId, method.toUpperCase()]));
    rights = Object.fromEntries(operations.map(([, { operationId, security }]) => [operationId, security[0]?.bearer?.join(' ') ?? '']));
    documented = operations.filter(([method]) => ['post', 'put', 'patch', 'delete'].includes(method)).map(([, { operationId }]) => operationId);
  }, 60_000);
  afterAll(async () => {
    await superuser.end();
    await test.close();
  });
  let methods: Record<string, string> = {};
  /** by operation, the scopes that the document says it needs */
  let rights: Record<string, string> = {};

  const send = (client: ApiClient, name: string, { path, body }: Call) =>
    client.send(methods[name]!, path, methods[name] === 'DELETE' ? undefined : (body ?? {}), { 'idempotency-key': `once-${name}` });

  /** Who its entries name, each once. */
  const actorsOf = async (requestId: string | null) =>
    (await superuser.look<{ actor: object }>(`SELECT DISTINCT actor FROM journal WHERE actor ->> 'requestId' = $1`, requestId)).map(({ actor }) => actor);
  const actorOf = async (client: ApiClient, name: string) => {
    const { body } = await client.get<{ keyId: string }>('/v1/me');
    return { kind: 'api_key', id: body.keyId, scope: client === acme.client ? rights[name] : 'operator', requestId: expect.stringMatching(/^req_/) };
  };

  it('is known to this story', () => {
    expect(Object.keys(calls).sort()).toEqual([...documented].sort());
  });

  it('is carried out once and answered alike', async () => {
    for (const name of Object.keys(calls)) {
      const call = await calls[name]!();
      const client = call.by === 'operator' ? test.operator : acme.client;
      const first = await send(client, name, call);
      expect([name, first.status, first.headers.get('idempotency-replayed')]).toEqual([name, expect.any(Number), null]);
      expect([name, first.status < 300 ? 'done' : first.body]).toEqual([name, 'done']);
      expect([name, await actorsOf(first.headers.get('x-request-id'))]).toEqual([name, UNJOURNALLED.has(name) || call.path.startsWith('/v1/sandbox') ? [] : [await actorOf(client, name)]]);
      const again = await send(client, name, call);
      expect([name, again.headers.get('idempotency-replayed'), again.body]).toEqual([name, 'true', first.body]);
      // what goes on after the first has entries of its own
      expect([name, await actorsOf(again.headers.get('x-request-id'))]).toEqual([name, []]);
    }
  }, 60_000);

  it('is journalled with the key, the right it was done by and the request, wherever a key acts', async () => {
    const nameless = await superuser.look(`SELECT type, actor FROM journal WHERE actor ->> 'kind' = 'api_key' AND NOT actor ?& ARRAY['id', 'scope', 'requestId']`);
    expect(nameless).toEqual([]);
  });

  it('reaches a phone once', async () => {
    const received = (await acme.client.get<{ data: { text: string }[] }>(`/v1/sandbox/phones/${FRIEND}/messages`)).body.data;
    expect(received.filter(({ text }) => text === 'hello Ana')).toHaveLength(1);
    expect(received.filter(({ text }) => text === 'hello shop')).toHaveLength(1);
  });
});
