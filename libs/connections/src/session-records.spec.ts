import { type InstanceId, newId, type NodeId, uuidOf } from '#libs/contracts';
import { TestGround, type TestTenant, until } from '#libs/testing';
import { ConnectionAsks } from './connection-asks.js';
import { ConnectionRecorder } from './connection-recorder.js';
import { ConnectionResumption } from './connection-resumption.js';
import { ConnectionViews } from './connection-views.repository.js';
import { ConnectionsRepository } from './connections.repository.js';
import { ConnectionsService } from './connections.service.js';
import { ConnectionsSettings } from './connections.settings.js';
import { CredentialsRepository, OwnershipLost } from './credentials.repository.js';
import { CredentialsStore } from './credentials-store.js';
import { FleetRepository } from './fleet.repository.js';
import { LiveSessions } from './live-sessions.js';
import { LEASE_MS, NodeLease } from './node-lease.js';
import { NodesRepository } from './nodes.repository.js';
import type { SocketClose } from './plan-reconnect.js';
import { CredentialsMissing, type SessionClaim, SessionClaims } from './session-claims.js';
import { SessionRecords } from './session-records.js';
import { SessionsService } from './sessions.service.js';
import { SignalKeysRepository } from './signal-keys.repository.js';
import { SignalMemory } from './signal-memory.js';
import { encodeJson } from './whatsapp-engine.js';

const PROVIDERS = [
  ...[ConnectionsRepository, CredentialsRepository, SignalKeysRepository, FleetRepository, NodesRepository, ConnectionRecorder, CredentialsStore, SignalMemory],
  ...[SessionClaims, SessionRecords, LiveSessions, ConnectionsSettings, NodeLease, SessionsService, ConnectionViews, ConnectionAsks, ConnectionResumption, ConnectionsService],
];
const PHONE = '5511987654321';
const cut = (code: number | null): SocketClose => ({ code, qrEnded: false, otherNumber: false, networkFault: false, expiresInSeconds: null });

describe('the record of a session', () => {
  let ground: TestGround;
  let tenant: TestTenant;
  let claims: SessionClaims;
  let records: SessionRecords;
  let node: NodeId;
  let count = 0;

  beforeAll(async () => {
    ground = await TestGround.start({ providers: PROVIDERS });
    tenant = await ground.tenant();
    claims = ground.get(SessionClaims);
    records = ground.get(SessionRecords);
    node = await addNode(60_000);
  });
  afterAll(() => ground.close());

  const addNode = async (ttlMs: number): Promise<NodeId> => {
    const id = newId('nod');
    await ground.get(NodesRepository).register({ id, name: 'test', place: null, capacity: 1, environments: ['live', 'test'] }, ttlMs);
    return id;
  };
  const started = async () => {
    const { body } = await tenant.client.post<{ id: InstanceId }>('/v1/instances', { name: `shop ${count++}` });
    await tenant.client.post(`/v1/instances/${body.id}/start`);
    return { tenantId: tenant.id, instanceId: body.id };
  };
  const claim = async (member: { tenantId: typeof tenant.id; instanceId: InstanceId }, by = node): Promise<SessionClaim> => (await claims.claim(member, by))!;
  /** As a scanned phone and a first login leave it. */
  const connected = async (by = node): Promise<SessionClaim> => {
    const member = await started();
    const pairing = await claim(member, by);
    pairing.credentials.account = {};
    await records.paired(pairing, encodeJson(pairing.credentials), PHONE);
    await records.ended(pairing, cut(515), true);
    const login = await claim(member, by);
    expect(await records.opened(login, 'Ana')).toBe(true);
    return login;
  };
  /** A failed attempt sets the next one in the future. */
  const dueNow = ({ instanceId }: { instanceId: InstanceId }) =>
    ground.superuser.look('UPDATE connections SET retry_at = NULL WHERE instance_id = $1', uuidOf(instanceId));
  const row = async ({ instanceId }: { instanceId: InstanceId }) =>
    (await ground.superuser.look<Record<string, unknown>>('SELECT * FROM connections WHERE instance_id = $1', uuidOf(instanceId)))[0]!;
  const journal = async ({ instanceId }: { instanceId: InstanceId }) =>
    (await ground.superuser.look<{ type: string }>(`SELECT type FROM journal WHERE instance_id = $1 AND type LIKE 'connection.%' ORDER BY seq`, uuidOf(instanceId))).map(({ type }) => type);
  const stored = ({ instanceId }: { instanceId: InstanceId }) =>
    ground.superuser.look('SELECT ciphertext, revoked_at FROM wa_credentials WHERE instance_id = $1', uuidOf(instanceId));

  it('tells pairing, paired, opened, and begins a cycle', async () => {
    const session = await connected();
    expect(await journal(session)).toEqual(['connection.pairing_started', 'connection.paired', 'connection.opened']);
    expect(await row(session)).toMatchObject({ state: 'connected', settled_state: 'connected', owner_node: uuidOf(node), phone_number: PHONE });
    const [head] = await ground.superuser.look('SELECT cycle FROM instance_heads WHERE instance_id = $1', uuidOf(session.instanceId));
    expect(head).toEqual({ cycle: 1 });
  });

  it('stores nothing of a pairing that is not complete, and pairs with new credentials after it', async () => {
    const member = await started();
    const first = await claim(member);
    await records.ended(first, cut(428), false);
    expect(await row(member)).toMatchObject({ state: 'pairing', owner_node: null, settled_state: 'never_paired' });
    expect(await stored(member)).toEqual([{ ciphertext: null, revoked_at: null }]);
    await dueNow(member);
    const second = await claim(member);
    expect(second.credentials.registrationId === first.credentials.registrationId && second.credentials.advSecretKey === first.credentials.advSecretKey).toBe(false);
    expect(await journal(member)).toEqual(['connection.pairing_started']);
  });

  it('nobody scanned: it is what it was, and nobody tries again until asked', async () => {
    const member = await started();
    const pairing = await claim(member);
    await records.ended(pairing, { ...cut(408), qrEnded: true }, false);
    expect(await row(member)).toMatchObject({ state: 'never_paired', settled_state: 'never_paired', pairing_since: null, owner_node: null });
    expect(await journal(member)).toEqual(['connection.pairing_started', 'connection.pairing_expired']);
    expect(await claims.claim(member, node)).toBeNull();
    await ground.get(ConnectionsService).restart(ground.caller(tenant.id), member.instanceId, false);
    expect(await claim(member)).toMatchObject({ pairing: true });
  });

  it('a pairing that could not reach WhatsApp ends after ten minutes', async () => {
    const member = await started();
    await records.ended(await claim(member), cut(428), false);
    await ground.superuser.look(`UPDATE connections SET retry_at = NULL, pairing_since = now() - interval '10 minutes' WHERE instance_id = $1`, uuidOf(member.instanceId));
    expect(await claims.claim(member, node)).toBeNull();
    expect(await row(member)).toMatchObject({ state: 'never_paired', pairing_since: null });
    expect(await journal(member)).toEqual(['connection.pairing_started', 'connection.pairing_expired']);
  });

  it('of two nodes that claim at once one gets it', async () => {
    const member = await started();
    const other = await addNode(60_000);
    const got = await Promise.all([claims.claim(member, node), claims.claim(member, other), claims.claim(member, node)]);
    expect(got.filter((session) => session !== null)).toHaveLength(1);
  });

  it('an outage of any length is one entry, and leaves the credentials as they were', async () => {
    let session = await connected();
    const before = await stored(session);
    for (const code of [428, 408, 503, null, 408, 428, 503]) {
      await records.ended(session, cut(code), true);
      await dueNow(session);
      session = await claim(session);
    }
    expect((await journal(session)).filter((type) => type === 'connection.closed')).toHaveLength(1);
    expect(await row(session)).toMatchObject({ state: 'connecting', settled_reason: 'connection_lost' });
    expect(await stored(session)).toEqual(before);
  });

  it('forgets the drops before a connection that held', async () => {
    const session = await connected();
    await ground.superuser.look(`UPDATE connections SET flaps = 9, since = now() - interval '2 minutes' WHERE instance_id = $1`, uuidOf(session.instanceId));
    const { retryInMs } = await records.ended(session, cut(428), true);
    expect(retryInMs).toBeLessThanOrEqual(1_000);
    expect(await row(session)).toMatchObject({ attempts: 0, flaps: 0 });
  });

  it('what the phone unlinked is marked, kept, and not tried again', async () => {
    const session = await connected();
    const [before] = await stored(session);
    await records.ended(session, cut(401), true);
    expect(await stored(session)).toEqual([{ ...before, revoked_at: expect.any(Date) }]);
    expect(await row(session)).toMatchObject({ state: 'disconnected', settled_reason: 'logged_out', owner_node: null });
    expect(await claims.claim(session, node)).toBeNull();
    expect((await ground.get(FleetRepository).due(['test', 'live'], 1000)).map(({ instanceId }) => instanceId)).not.toContain(session.instanceId);
  });

  it('only a start from after it gave up resumes it, then as a new pairing', async () => {
    const session = await connected();
    const [{ seq }] = (await ground.superuser.look<{ seq: string }>('SELECT seq FROM instance_heads WHERE instance_id = $1', uuidOf(session.instanceId))) as [{ seq: string }];
    await records.ended(session, cut(401), true);
    const event = { tenantId: tenant.id, instanceId: session.instanceId } as Parameters<ConnectionResumption['onStarted']>[0];
    await ground.get(ConnectionResumption).onStarted({ ...event, seq: Number(seq) });
    expect(await claims.claim(session, node)).toBeNull();
    await ground.get(ConnectionResumption).onStarted({ ...event, seq: Number(seq) + 2 });
    expect(await claim(session)).toMatchObject({ pairing: true });
    expect(await row(session)).toMatchObject({ state: 'pairing', settled_state: 'disconnected', settled_reason: 'logged_out' });
  });

  it('a new pairing replaces the revoked one when it is complete, not before', async () => {
    const session = await connected();
    await ground.get(CredentialsStore).keysOf(session.owner).set({ session: { old: Buffer.from('of the old identity') } });
    await records.ended(session, cut(401), true);
    const [before] = await stored(session);
    const caller = ground.caller(tenant.id);
    await ground.get(ConnectionsService).restart(caller, session.instanceId, false);
    const again = await claim(session);
    expect(await stored(session)).toEqual([before]);
    again.credentials.account = {};
    await records.paired(again, encodeJson(again.credentials), PHONE);
    const [after] = await stored(session);
    expect(after).toMatchObject({ revoked_at: null });
    expect(after).not.toEqual(before);
    expect(await ground.get(CredentialsStore).keysOf(again.owner).get('session', ['old'])).toEqual({});
  });

  it('credentials that cannot be read are an error: nothing changes and nobody pairs', async () => {
    const session = await connected();
    await records.stopped(session, 'platform_stopped');
    await ground.superuser.look(`UPDATE wa_credentials SET ciphertext = 'damaged by somebody' WHERE instance_id = $1`, uuidOf(session.instanceId));
    const before = await ground.superuser.look('SELECT * FROM wa_credentials WHERE instance_id = $1', uuidOf(session.instanceId));
    await expect(claims.claim(session, node)).rejects.toThrow();
    await claims.postpone(session);
    expect(await ground.superuser.look('SELECT * FROM wa_credentials WHERE instance_id = $1', uuidOf(session.instanceId))).toEqual(before);
    expect(await row(session)).toMatchObject({ state: 'disconnected', attempts: 1, retry_at: expect.any(Date) });
    expect(await journal(session)).not.toContain('connection.pairing_expired');
  });

  it('credentials that are missing are an error too', async () => {
    const session = await connected();
    await records.stopped(session, 'platform_stopped');
    await ground.superuser.look('DELETE FROM wa_credentials WHERE instance_id = $1', uuidOf(session.instanceId));
    await expect(claims.claim(session, node)).rejects.toThrow(CredentialsMissing);
    expect(await stored(session)).toEqual([]);
  });

  it('after a crash the next owner says first that the platform stopped it, once however many say it', async () => {
    const gone = await addNode(1);
    const session = await connected(gone);
    await Promise.all(Array.from({ length: 5 }, () => claims.disown(session)));
    expect((await journal(session)).filter((type) => type === 'connection.closed')).toHaveLength(1);
    expect(await row(session)).toMatchObject({ state: 'disconnected', settled_reason: 'platform_stopped', owner_node: null });
    await expect(records.stopped(session, 'user_stopped')).rejects.toThrow(OwnershipLost);
  });

  it('who lives is not disowned', async () => {
    const session = await connected();
    await claims.disown(session);
    expect(await row(session)).toMatchObject({ state: 'connected', owner_node: uuidOf(node) });
  });

  it('a lapsed owner is not yet an orphan while the database itself is younger than a lease', async () => {
    const fleet = ground.get(FleetRepository);
    const gone = await addNode(1);
    const session = await connected(gone);
    const member = { tenantId: tenant.id, instanceId: session.instanceId };
    expect(await fleet.orphans(3_600_000, 1000)).not.toContainEqual(member);
    expect(await fleet.orphans(1, 1000)).toContainEqual(member);
    await ground.get(NodesRepository).remove(gone);
    expect(await fleet.orphans(3_600_000, 1000)).toContainEqual(member);
  });

  it('a lease that has lapsed is not renewed', async () => {
    const nodes = ground.get(NodesRepository);
    const id = await addNode(20);
    expect(await nodes.renew(id, 20)).toBe(true);
    await new Promise((resolve) => setTimeout(resolve, 60));
    expect(await nodes.renew(id, LEASE_MS)).toBe(false);
  });

  it('connects nobody who was stopped meanwhile', async () => {
    const session = await connected();
    await tenant.client.post(`/v1/instances/${session.instanceId}/stop`);
    await records.ended(session, cut(428), true);
    await dueNow(session);
    expect(await claims.claim(session, node)).toBeNull();
  });

  it('who was stopped between two attempts was stopped, and not lost', async () => {
    const session = await connected();
    await records.ended(session, cut(428), true);
    const { settled_since } = await row(session);
    await tenant.client.post(`/v1/instances/${session.instanceId}/stop`);
    await until('it is on record', async () => (await row(session)).settled_reason === 'user_stopped');
    expect(await row(session)).toMatchObject({ state: 'disconnected', settled_since, retry_at: null, owner_node: null });
  });

  it('a pairing that is stopped between two attempts is over', async () => {
    const member = await started();
    await records.ended(await claim(member), cut(428), false);
    await tenant.client.post(`/v1/instances/${member.instanceId}/stop`);
    await until('it is over', async () => (await row(member)).state === 'never_paired');
    expect(await row(member)).toMatchObject({ pairing_since: null, owner_node: null });
  });

  it('what ends a session that was just stopped changes nothing of why', async () => {
    for (const code of [428, 408, 515]) {
      const session = await connected();
      await tenant.client.post(`/v1/instances/${session.instanceId}/stop`);
      await records.ended(session, cut(code), true);
      expect(await row(session)).toMatchObject({ state: 'disconnected', settled_reason: 'user_stopped', owner_node: null });
    }
    const pairing = await claim(await started());
    await tenant.client.post(`/v1/instances/${pairing.instanceId}/stop`);
    await records.ended(pairing, cut(428), false);
    expect(await row(pairing)).toMatchObject({ state: 'never_paired', pairing_since: null, owner_node: null });
  });

  it('but what WhatsApp says of the account is kept, stopped or not', async () => {
    const session = await connected();
    await tenant.client.post(`/v1/instances/${session.instanceId}/stop`);
    await records.ended(session, cut(401), true);
    await ground.get(ConnectionResumption).onEnded({ tenantId: tenant.id, instanceId: session.instanceId } as Parameters<ConnectionResumption['onEnded']>[0]);
    expect(await row(session)).toMatchObject({ state: 'disconnected', settled_reason: 'logged_out' });
  });

  it('who was stopped before its process died was stopped by its user', async () => {
    const session = await connected(await addNode(1_000));
    await tenant.client.post(`/v1/instances/${session.instanceId}/stop`);
    await until('the lease has lapsed', async () => {
      await claims.disown(session);
      return (await row(session)).owner_node === null;
    });
    expect(await row(session)).toMatchObject({ state: 'disconnected', settled_reason: 'user_stopped' });
  });

  it('an archive does not change why it was disconnected', async () => {
    const session = await connected();
    await records.ended(session, cut(428), true);
    await dueNow(session);
    const login = await claim(session);
    await ground.superuser.look(`UPDATE instances SET lifecycle = 'archived', desired_state = 'stopped' WHERE id = $1`, uuidOf(session.instanceId));
    await records.stopped(login, 'user_stopped');
    expect(await row(session)).toMatchObject({ state: 'disconnected', settled_reason: 'connection_lost', owner_node: null });
  });

  it('was last connected when it left, not when it came', async () => {
    const session = await connected();
    await ground.superuser.look(`UPDATE connections SET last_connected_at = now() - interval '300 days' WHERE instance_id = $1`, uuidOf(session.instanceId));
    await records.ended(session, cut(428), true);
    const { settled_since, last_connected_at } = await row(session);
    expect(last_connected_at).toEqual(settled_since);
  });

  it('a login that comes after a stop does not become a connection', async () => {
    const session = await connected();
    await records.ended(session, cut(428), true);
    await dueNow(session);
    const login = await claim(session);
    await tenant.client.post(`/v1/instances/${session.instanceId}/stop`);
    expect(await records.opened(login, null)).toBe(false);
    expect(await row(session)).toMatchObject({ state: 'connecting' });
  });

  it('says what is personal only under the key of the instance', async () => {
    const session = await connected();
    const entries = await ground.superuser.look<{ entry: string }>(`SELECT t::text AS entry FROM journal t WHERE instance_id = $1`, uuidOf(session.instanceId));
    for (const { entry } of entries) expect(entry).not.toContain(PHONE);
  });
});
