import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { type InstanceId } from '#libs/contracts';
import { ApiClient, until } from '#libs/testing';
import { BuiltProcess } from '../setup/built-process.js';

const OPERATOR_KEY = `tnr_op_${randomBytes(24).toString('base64url')}`;
interface Instance {
  id: InstanceId;
  lifecycle: string;
  name: string | null;
}

/** The data folder of `npm start` is copied, as docs/operations.md says, and started again after what it holds was purged. */
describe('a backup from before a purge', () => {
  const root = fs.mkdtempSync(path.join(os.tmpdir(), 'tenure-restored-'));
  const [original, backup, restored] = ['data', 'backup', 'restored'].map((name) => path.join(root, name)) as [string, string, string];
  let tenure: BuiltProcess;
  let key = '';
  const boot = async (dataDir: string): Promise<ApiClient> => {
    tenure = await BuiltProcess.start('standalone', { TENURE_DATA_DIR: dataDir, TENURE_OPERATOR_KEY: OPERATOR_KEY, TENURE_DELETION_GRACE: 'PT0S' });
    return new ApiClient(tenure.url, key);
  };
  const copy = (from: string, to: string) => execFileSync('cp', ['-aL', from, to]);
  const read = async (client: ApiClient, id: InstanceId) => (await client.get<Instance>(`/v1/instances/${id}`)).body;
  afterAll(async () => {
    await tenure.stop();
    fs.rmSync(root, { recursive: true, force: true });
  });

  it('is purged again before anything else runs, with a certificate and an entry that say so', async () => {
    await boot(original);
    const operator = new ApiClient(tenure.url, OPERATOR_KEY);
    const { id: tenantId } = (await operator.post<{ id: string }>('/v1/tenants', { name: 'Acme' })).body;
    key = (await operator.post<{ key: string }>('/v1/api-keys', { tenantId, name: 'story', environment: 'test', scopes: ['*'] })).body.key;
    let client = new ApiClient(tenure.url, key);
    const create = async (name: string) => (await client.post<Instance>('/v1/instances', { name })).body.id;
    const [gone, stays] = [await create('gone'), await create('stays')];
    const hold = (await client.post<{ id: string }>('/v1/holds', { scope: 'instance', instanceId: gone, reason: 'at the time of the backup' })).body.id;

    expect(await tenure.stop()).toBe(0);
    copy(original, backup);
    client = await boot(original);
    await client.delete(`/v1/holds/${hold}`);
    const asked = (await client.post<{ id: string; token: string }>(`/v1/instances/${gone}/deletion-requests`)).body;
    expect((await client.post(`/v1/deletion-requests/${asked.id}/confirm`, { token: asked.token, name: 'gone' })).status).toBe(202);
    await until('it is purged', async () => (await read(client, gone)).lifecycle === 'purged');
    const file = path.join(original, 'tombstones.jsonl');
    await until('it has a tombstone', async () => fs.readFileSync(file, 'utf8').includes(gone));
    expect(await tenure.stop()).toBe(0);

    copy(backup, restored);
    fs.copyFileSync(file, path.join(restored, 'tombstones.jsonl'));
    client = await boot(restored);
    expect(await read(client, gone)).toMatchObject({ lifecycle: 'purged', name: null }); // I2: the very first answer
    expect(await read(client, stays)).toMatchObject({ lifecycle: 'active', name: 'stays' });
    expect(tenure.output).toContain('1 instances had been purged and were in the database again');
    const { data } = (await client.get<{ data: { type: string; actor: object }[] }>(`/v1/instances/${gone}/events?limit=200`)).body;
    expect(data.filter(({ type }) => type === 'instance.purged')).toEqual([expect.objectContaining({ actor: { kind: 'system', id: 'tombstones' } })]);
  }, 120_000);
});
