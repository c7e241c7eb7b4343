import { type NodeId, uuidOf } from '#libs/contracts';
import { FleetGround } from '../test/fleet-ground.js';
import { OwnershipLost } from './credentials.repository.js';
import { CredentialsStore } from './credentials-store.js';
import { type SessionClaim, SessionClaims } from './session-claims.js';
import { SessionRecords } from './session-records.js';
import { encodeJson } from './whatsapp-engine.js';

/** A process that was frozen, or cut off, and goes on as if it still owned its sessions. */
describe('who has lost an instance to another node', () => {
  let fleet: FleetGround;
  let newer: NodeId;

  beforeAll(async () => {
    fleet = await FleetGround.start();
    newer = await fleet.node();
  });
  afterAll(() => fleet.close());

  /** Both sessions of one instance: of the owner whose lease lapsed, and of who took it over. */
  const takenOver = async (): Promise<{ old: SessionClaim; now: SessionClaim }> => {
    const frozen = await fleet.node();
    const old = await fleet.connected(frozen);
    await fleet.get(CredentialsStore).keysOf(old.owner).set({ session: { 'ana.0': Buffer.from('the state that counts') } });
    await fleet.lapse(frozen);
    expect(await fleet.get(SessionClaims).disownFree(old.tenantId, [old.instanceId])).toBe(1);
    const now = (await fleet.get(SessionClaims).claim(old, newer))!;
    await fleet.get(SessionRecords).opened(now, null);
    return { old, now };
  };
  const rowsOf = async ({ instanceId }: SessionClaim) => {
    const of = (table: string) => fleet.look(`SELECT t::text AS row FROM ${table} t WHERE instance_id = $1 ORDER BY 1`, uuidOf(instanceId));
    return Promise.all(['connections', 'wa_credentials', 'wa_signal_keys', 'journal', 'instance_heads', 'session_queue'].map(of));
  };
  const CUT = { code: 440, qrEnded: false, networkFault: false, otherNumber: false, expiresInSeconds: null };

  const writes: [string, (old: SessionClaim) => Promise<unknown>][] = [
    ['its credentials', (old) => fleet.get(CredentialsStore).save(old.owner, encodeJson({ ...old.credentials, registered: true }))],
    ['a key that it has used', (old) => fleet.get(CredentialsStore).keysOf(old.owner).set({ session: { 'ana.0': Buffer.from('of yesterday') } }) as Promise<void>],
    ['a key that it has used up', (old) => fleet.get(CredentialsStore).keysOf(old.owner).set({ session: { 'ana.0': null } }) as Promise<void>],
    ['a new pairing', (old) => fleet.get(SessionRecords).paired(old, encodeJson(old.credentials), '5511900000000')],
    ['that it is connected', (old) => fleet.get(SessionRecords).opened(old, 'Eva')],
    ['that it was replaced', (old) => fleet.get(SessionRecords).ended(old, CUT, true)],
    ['that it was stopped', (old) => fleet.get(SessionRecords).stopped(old, 'platform_stopped')],
  ];
  it.each(writes)('changes no row by writing down %s', async (_, write) => {
    const { old, now } = await takenOver();
    const before = await rowsOf(now);
    await expect(write(old)).rejects.toThrow(OwnershipLost);
    expect(await rowsOf(now)).toEqual(before);
  });

  it('does not even leave a stamp of its activity', async () => {
    const { old, now } = await takenOver();
    const before = await rowsOf(now);
    await fleet.get(SessionRecords).active(old);
    expect(await rowsOf(now)).toEqual(before);
  });

  it('has left the same credentials to the new owner, under a higher epoch, and only we stopped it in between', async () => {
    const { old, now } = await takenOver();
    expect(now.pairing).toBe(false);
    expect(encodeJson(now.credentials).equals(encodeJson(old.credentials))).toBe(true);
    expect(now.owner.epoch).toBe(old.owner.epoch + 1n);
    const kept = await fleet.get(CredentialsStore).keysOf(now.owner).get('session', ['ana.0']);
    expect(Buffer.from(kept['ana.0']!).toString()).toBe('the state that counts');
    const journal = await fleet.look(
      `SELECT type, data->>'reason' AS reason FROM journal WHERE instance_id = $1 AND type LIKE 'connection.%' ORDER BY seq OFFSET 2`,
      uuidOf(old.instanceId),
    );
    expect(journal).toEqual([
      { type: 'connection.opened', reason: null },
      { type: 'connection.closed', reason: 'platform_stopped' },
      { type: 'connection.opened', reason: null },
    ]);
  });
});
