import { type InstanceId, newId } from '#libs/contracts';
import { expectProblem, TestGround, type TestTenant, until } from '#libs/testing';
import { AuditedTenant } from '../test/audited-tenant.js';
import { AuditModule } from './audit.module.js';
import { AuditSettings } from './checkpoints/audit.settings.js';
import type { CertificateFile } from './certificates/certificate-file.js';
import type { AuditEntryPageDto } from './exports/audit-entry.dto.js';
import { readCheckpoint } from './notes/checkpoint.js';
import type { CheckpointPageDto, ProofDto } from './proofs/proof.dto.js';
import { leafHash } from './tree/hashing.js';
import { verifyConsistency, verifyInclusion } from './tree/verify-proofs.js';

const ROLES = { api: true, worker: true };
const bytes = (hash: string): Buffer => Buffer.from(hash, 'base64');

describe('what the API tells an auditor', () => {
  let ground: TestGround;
  let audited: AuditedTenant;
  let tenant: TestTenant;
  let live: TestTenant['client'];
  let liveInstance: InstanceId;

  beforeAll(async () => {
    ground = await TestGround.start({ imports: [AuditModule.forRoot(ROLES)], settings: [AuditSettings], worker: false });
    audited = await AuditedTenant.create(ground, 40);
    tenant = audited.tenant;
    live = await ground.client(tenant.id, 'live');
    liveInstance = (await live.post<{ id: InstanceId }>('/v1/instances', { name: 'earnest' })).body.id;
    await tenant.client.patch(`/v1/instances/${audited.instanceId}`, { name: 'the last' });
    await audited.save();
  }, 60_000);
  afterAll(() => ground.close());

  const checkpoints = async () => (await tenant.client.get<CheckpointPageDto>('/v1/audit/checkpoints?limit=200')).body.data;
  const proof = (query: string) => tenant.client.get<ProofDto>(`/v1/audit/proofs?${query}`);

  it('lists what was signed, newest first, in pages', async () => {
    const all = await checkpoints();
    expect(all.length).toBeGreaterThan(1);
    expect(all.map(({ size }) => size)).toEqual(all.map(({ size }) => size).sort((a, b) => b - a));
    expect(all.every(({ size, root, note }) => readCheckpoint(note).size === size && readCheckpoint(note).root.equals(bytes(root)))).toBe(true);
    const first = (await tenant.client.get<CheckpointPageDto>('/v1/audit/checkpoints?limit=1')).body;
    const next = (await tenant.client.get<CheckpointPageDto>(`/v1/audit/checkpoints?limit=1&cursor=${first.nextCursor}`)).body;
    expect([...first.data, ...next.data].map(({ size }) => size)).toEqual((await checkpoints()).slice(0, 2).map(({ size }) => size));
  });

  it('lists what was hashed: every entry of the caller’s environment, with its leaf', async () => {
    const { data } = (await tenant.client.get<AuditEntryPageDto>('/v1/audit/entries?limit=200')).body;
    expect(data.every(({ canonical, leaf }) => leafHash(canonical).equals(bytes(leaf)))).toBe(true);
    expect(data.some(({ canonical }) => canonical.includes(liveInstance))).toBe(false);
    const page = (await tenant.client.get<AuditEntryPageDto>('/v1/audit/entries?limit=10&after=5')).body;
    const rest = (await tenant.client.get<AuditEntryPageDto>(`/v1/audit/entries?limit=10&cursor=${page.nextCursor}`)).body;
    expect([...page.data, ...rest.data].map(({ position }) => position)).toEqual(data.map(({ position }) => position).filter((position) => position > 5).slice(0, 20));
  });

  it('proves an entry, and that one checkpoint goes on where another ended', async () => {
    const [newest, ...older] = await checkpoints();
    for (const { size } of [newest!, older[0]!]) {
      const { body } = await proof(`position=3&size=${size}`);
      expect(verifyInclusion({ leaf: bytes(body.leaf!), index: 2, size, root: readCheckpoint(body.checkpoint).root, proof: body.proof.map(bytes) })).toBe(true);
    }
    for (const { size: from, root } of older) {
      const { body } = await proof(`from=${from}&to=${newest!.size}`);
      expect(verifyConsistency({ from, fromRoot: bytes(root), size: newest!.size, root: bytes(newest!.root), proof: body.proof.map(bytes) })).toBe(true);
    }
  });

  it.each([
    ['', '/position'],
    ['size=3', '/position'],
    ['position=3&from=2', '/from'],
    ['position=3&to=2', '/to'],
    ['from=3&size=3', '/size'],
    ['position=3&size=1000000', '/size'],
    ['position=1000000', '/position'],
    ['from=1000000', '/from'],
    ['from=1&to=1000000', '/to'],
    ['position=0', '/position'],
    ['position=x', '/position'],
    ['position=1&size=9007199254740993', '/size'],
  ])('names what is wrong with ?%s', async (query, pointer) => {
    const { status, body } = await tenant.client.get<{ errors: { pointer: string }[] }>(`/v1/audit/proofs?${query}`);
    expect({ status, pointer: body.errors[0]!.pointer }).toEqual({ status: 422, pointer });
  });

  it.each([
    ['types=instance.exploded', '/types'],
    ['instanceId=nothing', '/instanceId'],
    ['since=1000000', '/since'],
    ['from=yesterday', '/from'],
    ['colour=red', '/colour'],
  ])('names what is wrong with an export of ?%s, before anything is sent', async (query, pointer) => {
    const { status, body } = await tenant.client.get<{ errors: { pointer: string }[] }>(`/v1/audit/export?${query}`);
    expect({ status, pointer: body.errors[0]!.pointer }).toEqual({ status: 422, pointer });
  });

  it('exports what a key may see; the rest is there as hashes, and it all verifies', async () => {
    const ofTest = await audited.export();
    const ofLive = (await live.get<string>('/v1/audit/export')).body;
    expect([ofTest.includes(liveInstance), ofLive.includes(audited.instanceId)]).toEqual([false, false]);
    expect([ofTest.includes(audited.instanceId), ofLive.includes(liveInstance)]).toEqual([true, true]);
    expect([await audited.verdict(ofTest), await audited.verdict(ofLive, null)]).toEqual(['verifies', 'verifies']);
    expect(ofTest).toContain('"personal":{"name":"the last"},"personalKey":"');
  });

  it('exports by time and kind, and what is asked for is in it', async () => {
    const entriesIn = (text: string) => text.split('\n').filter((line) => line.startsWith('{"kind":"entry"'));
    const created = await audited.export('?types=instance.created');
    expect(entriesIn(created)).toHaveLength(1);
    expect(await audited.verdict(created, null)).toBe('verifies');
    const later = await audited.export('?from=2999-01-01T00:00:00Z');
    expect(entriesIn(later)).toEqual([]);
    expect(await audited.verdict(later, null)).toBe('verifies');
  });

  it('certifies that an instance exists, for whoever checks it offline', async () => {
    const { body } = await tenant.client.get<CertificateFile>(`/v1/audit/certificates/${audited.instanceId}`);
    expect(body).toMatchObject({ about: 'existence', instanceId: audited.instanceId, certificateId: null });
    expect(await audited.verdict(JSON.stringify(body), null)).toBe('verifies');
  });

  it('answers alike to what is foreign, of the other environment, unknown or no id at all', async () => {
    const stranger = await ground.tenant();
    const answers = await Promise.all([
      stranger.client.get(`/v1/audit/certificates/${audited.instanceId}`),
      tenant.client.get(`/v1/audit/certificates/${liveInstance}`),
      tenant.client.get(`/v1/audit/certificates/${newId('ins')}`),
      tenant.client.get(`/v1/audit/certificates/${newId('crt')}`),
      tenant.client.get('/v1/audit/certificates/nothing'),
    ]);
    for (const answer of answers) expectProblem(answer, 404, 'certificate-not-found');
    expect(new Set(answers.map(({ body }) => body['detail'])).size).toBe(1);
    for (const id of [liveInstance, newId('ins')]) expectProblem(await tenant.client.get(`/v1/audit/export?instanceId=${id}`), 404, 'instance-not-found');
  });

  it('is for keys that may read the audit', async () => {
    const other = await ground.client(tenant.id, 'test', ['instances:read']);
    for (const path of ['checkpoints', 'entries', 'proofs?position=1', `certificates/${audited.instanceId}`, 'export']) expectProblem(await other.get(`/v1/audit/${path}`), 403, 'forbidden');
  });

  it('a file of thousands of entries is sent as it is read', async () => {
    await ground.superuser.look(
      `WITH entries AS (INSERT INTO journal (tenant_id, id, type, occurred_at, actor, data)
         SELECT $1, gen_random_uuid(), 'policy.drafted', clock_timestamp(), '{"kind":"system","id":"test"}', jsonb_build_object('version', n) FROM generate_series(1, 3000) n RETURNING tenant_id, id)
       INSERT INTO journal_pending (tenant_id, event_id) SELECT tenant_id, id FROM entries`,
      audited.uuid,
    );
    await until('they have positions', async () => (await ground.superuser.look('SELECT 1 FROM journal_pending LIMIT 1')).length === 0);
    const text = await audited.export();
    expect(text.split('\n').filter((line) => line.startsWith('{"kind":"entry"')).length).toBeGreaterThan(3_000);
    expect(await audited.verdict(text)).toBe('verifies');
  });
});
