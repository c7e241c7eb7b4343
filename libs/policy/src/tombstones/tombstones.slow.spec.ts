import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { type InstanceId, newId, type TenantId, uuidOf } from '#libs/contracts';
import { type TestTenant, until } from '#libs/testing';
import { type InstanceView, RetentionWorld, TEST_ONLY } from '../../test/retention-world.js';
import { RestoredPurges } from './restored-purges.js';
import { TombstoneFile } from './tombstone-file.js';
import { lineOf, type Tombstone } from './tombstone.js';
import { TombstoneSettings } from './tombstone.settings.js';
import { TombstoneWriter } from './tombstone-writer.js';

const SOON = { id: 'gone', kind: 'act', priority: 1, clock: 'latest', match: TEST_ONLY, purge: { after: 'PT1S', grace: 'PT1S' } };

describe('the file of tombstones', () => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'tenure-tombstones-'));
  let world: RetentionWorld;
  let tenant: TestTenant;
  let id: InstanceId;
  let file: string;

  beforeAll(async () => {
    world = await RetentionWorld.start();
  }, 30_000);
  afterAll(async () => {
    await world.close();
    fs.rmSync(folder, { recursive: true });
  });
  beforeEach(async () => {
    file = path.join(folder, `${newId('req')}.jsonl`);
    world.ground.get(TombstoneSettings).file = file;
    await world.ground.get(TombstoneWriter).onApplicationBootstrap();
    tenant = await world.ground.tenant();
    id = await world.create(tenant.client, 'shop', { plan: 'free' });
  });

  const look = <T>(sql: string, ...values: unknown[]) => world.ground.superuser.look<T & object>(sql, ...values);
  const lines = (): Tombstone[] => fs.readFileSync(file, 'utf8').split('\n').filter(Boolean).map((line) => JSON.parse(line) as Tombstone);
  const linesOf = (instanceId: InstanceId) => lines().filter((line) => line.instanceId === instanceId);
  const tombstoneOf = (instanceId: InstanceId, tenantId: TenantId = tenant.id): Tombstone =>
    ({ instanceId, tenantId, purgedAt: '2026-11-23T10:00:00.000Z', certificateId: newId('crt') });
  const startWith = async (...texts: string[]) => {
    fs.writeFileSync(file, texts.join(''));
    await world.ground.get(RestoredPurges).onModuleInit();
  };
  const purge = async () => {
    await world.settle(tenant.id, id, 'disconnected', 'logged_out', 60);
    await world.activate(tenant.client, [SOON]);
    await world.untilLifecycle(tenant.client, id, 'purged');
    await until('it is listed', async () => linesOf(id).length > 0);
  };

  it('has a line for each purge after its commit, for nobody else to read, and nothing personal in it', async () => {
    await purge();
    const [certificate] = await look<{ id: string; at: Date }>('SELECT id, keys_destroyed_at AS at FROM purge_certificates WHERE instance_id = $1', uuidOf(id));
    expect(linesOf(id)).toEqual([{ instanceId: id, tenantId: tenant.id, purgedAt: certificate!.at.toISOString(), certificateId: expect.stringMatching(/^crt_/) }]);
    expect(uuidOf(linesOf(id)[0]!.certificateId)).toBe(certificate!.id);
    expect(fs.statSync(file).mode & 0o077).toBe(0);
    await world.ground.get(TombstoneWriter).write();
    expect(linesOf(id)).toHaveLength(1);
  });

  it('gets what a process that died did not write, on a line of its own', async () => {
    await purge();
    fs.writeFileSync(file, '{"instanceId":"ins_cut');
    await look('UPDATE purge_certificates SET tombstone_at = NULL WHERE instance_id = $1', uuidOf(id));
    await until('it is written', async () => fs.readFileSync(file, 'utf8').endsWith('\n'));
    expect(fs.readFileSync(file, 'utf8').split('\n')).toEqual(['{"instanceId":"ins_cut', expect.stringContaining(id), '']);
  });

  it('is written anew from the certificates when it is not there', async () => {
    await purge();
    fs.rmSync(file);
    await world.ground.get(TombstoneWriter).onApplicationBootstrap();
    await until('it is listed again', async () => linesOf(id).length > 0);
  });

  it('makes what a backup has brought back purged again at the start, whatever it was doing', async () => {
    const [archived, scheduled, running] = [await world.create(tenant.client, 'archived'), await world.create(tenant.client, 'scheduled'), await world.create(tenant.client, 'running')];
    await tenant.client.post(`/v1/instances/${archived}/archive`);
    const asked = await tenant.client.post<{ id: string; token: string }>(`/v1/instances/${scheduled}/deletion-requests`);
    await tenant.client.post(`/v1/deletion-requests/${asked.body.id}/confirm`, { token: asked.body.token, name: 'scheduled' });
    await tenant.client.post(`/v1/instances/${running}/start`);
    const gone = [id, archived, scheduled, running];
    await startWith(...gone.map((one) => lineOf(tombstoneOf(one))));
    for (const one of gone) expect(await world.read(tenant.client, one)).toMatchObject({ lifecycle: 'purged', desiredState: 'stopped', retention: { nextAction: null } });
    expect(await look('SELECT 1 FROM instance_payload WHERE tenant_id = $1', uuidOf(tenant.id))).toEqual([]);
    const journal = await look('SELECT actor, data FROM journal WHERE tenant_id = $1 AND type = $2', uuidOf(tenant.id), 'instance.purged');
    expect(journal).toHaveLength(4); // I2, I3
    for (const entry of journal) expect(entry).toMatchObject({ actor: { kind: 'system', id: 'tombstones' } });
    expect((await tenant.client.get(`/v1/purges?instanceId=${id}`)).body).toMatchObject({ data: [{ intent: 'tombstone', status: 'purged', endedBy: { id: 'tombstones' } }] });
    const [certificate] = await look('SELECT decision FROM purge_certificates WHERE instance_id = $1', uuidOf(id));
    expect(certificate).toMatchObject({ decision: { action: 'purge', tombstone: { purgedAt: '2026-11-23T10:00:00.000Z' } } });
    await until('its rows are erased', async () => (await look('SELECT 1 FROM journal WHERE instance_id = $1 AND type = $2', uuidOf(id), 'instance.erased')).length === 1);
  });

  it('stops at no hold, no switch and no protection: what was purged had none of them', async () => {
    await tenant.client.patch(`/v1/instances/${id}`, { deletionProtection: true });
    const hold = await tenant.client.post<{ id: string }>('/v1/holds', { scope: 'instance', instanceId: id, reason: 'released before it was purged' });
    const wide = await tenant.client.post<{ id: string }>('/v1/holds', { scope: 'tenant', reason: 'for the others' });
    await world.ground.operator.put('/v1/platform/kill-switch', { on: true });
    await startWith(lineOf(tombstoneOf(id)));
    await world.ground.operator.put('/v1/platform/kill-switch', { on: false });
    expect(await world.read(tenant.client, id)).toMatchObject({ lifecycle: 'purged' });
    expect((await tenant.client.get(`/v1/holds/${hold.body.id}`)).body).toMatchObject({ releasedBy: { kind: 'system', id: 'tombstones' } });
    expect((await tenant.client.get(`/v1/holds/${wide.body.id}`)).body).toMatchObject({ releasedAt: null });
  });

  it('changes nothing of anybody whom it does not name, nor by a line that names nobody', async () => {
    const other = await world.ground.tenant('Globex');
    const theirs = await world.create(other.client, 'theirs');
    const rows = () =>
      look(
        `SELECT i.*, p.wrapped_key, (SELECT count(*) FROM journal j WHERE j.tenant_id = i.tenant_id) AS entries FROM instances i JOIN instance_payload p ON p.instance_id = i.id
         WHERE i.tenant_id = ANY($1) ORDER BY i.id`,
        [tenant.id, other.id].map(uuidOf),
      );
    const before = await rows();
    expect(before).toHaveLength(2);
    await startWith(lineOf(tombstoneOf(newId('ins'))), 'nonsense\n', '\n', lineOf(tombstoneOf(theirs)), lineOf(tombstoneOf(id, other.id)), lineOf(tombstoneOf(id)).slice(0, 40));
    expect(await rows()).toEqual(before); // I4, I13
    expect(await world.read(tenant.client, id)).toMatchObject<Partial<InstanceView>>({ lifecycle: 'active' });
  });

  it('is done once, however often the line is there and the process starts', async () => {
    await startWith(lineOf(tombstoneOf(id)), lineOf(tombstoneOf(id)));
    await startWith(lineOf(tombstoneOf(id)));
    expect(await look('SELECT 1 FROM purge_certificates WHERE instance_id = $1', uuidOf(id))).toHaveLength(1); // I2
  });

  it('is read a piece at a time', async () => {
    fs.writeFileSync(file, Array.from({ length: 1_201 }, () => lineOf(tombstoneOf(newId('ins')))).join(''));
    const sizes: number[] = [];
    for await (const batch of world.ground.get(TombstoneFile).batches(500)) sizes.push(batch.length);
    expect(sizes).toEqual([500, 500, 201]);
  });

  it('that cannot be used is named with what to do, and nothing starts', async () => {
    world.ground.get(TombstoneSettings).file = path.join(folder, 'nowhere', 'tombstones.jsonl');
    await expect(world.ground.get(TombstoneWriter).onApplicationBootstrap()).rejects.toThrow(/tombstones cannot be used .*nowhere/);
  });
});
