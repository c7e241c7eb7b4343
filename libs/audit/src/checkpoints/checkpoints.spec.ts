import { randomBytes } from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { type TenantId, uuidOf } from '#libs/contracts';
import { Keyring, KeyRotation, MasterKey, readKeyStatus } from '#libs/platform';
import type { TestTenant } from '#libs/testing';
import { AuditGround } from '../../test/audit-ground.js';
import { rootOf } from '../../test/rfc6962.js';
import { SigningKeys } from '../keys/signing-keys.js';
import { SigningKeysRepository } from '../keys/signing-keys.repository.js';
import { openCheckpoint, type OpenedCheckpoint } from '../notes/checkpoint.js';
import { parseOrigin } from '../notes/origin.js';
import { parseVerifierKeys, type VerifierKey } from '../notes/verifier-key.js';
import { AuditSettings } from './audit.settings.js';
import { CheckpointFile } from './checkpoint-file.js';
import { CheckpointSigner } from './checkpoint-signer.js';
import { Checkpoints } from './checkpoints.js';
import { CheckpointsRepository } from './checkpoints.repository.js';
import { RolledBackTrees } from './rolled-back-trees.js';
import type { SignedCheckpoint } from './signed-checkpoint.js';

const DAY = 86_400;

describe('checkpoints', () => {
  let audit: AuditGround;
  let folder: string;
  let tenant: TestTenant;

  beforeAll(async () => {
    audit = await AuditGround.start();
    folder = fs.mkdtempSync(path.join(os.tmpdir(), 'tenure-checkpoints-'));
    audit.ground.get(AuditSettings).checkpointFile = path.join(folder, 'checkpoints.jsonl');
    await start();
  });
  afterAll(async () => {
    await audit.close();
    fs.rmSync(folder, { recursive: true });
  });
  beforeEach(async () => {
    tenant = await audit.ground.tenant();
    await audit.happen(tenant.id, 5);
  });

  /** What every process does with the file before anything else. */
  const start = () => audit.ground.get(RolledBackTrees).onModuleInit();
  const remembered = async (tenantId: TenantId) => (await audit.ground.get(CheckpointFile).latest()).checkpoints.get(tenantId);
  const served = async (): Promise<VerifierKey[]> => parseVerifierKeys(await (await fetch(`${audit.ground.url}/v1/audit/keys`)).text());
  const opened = async ({ note }: SignedCheckpoint): Promise<OpenedCheckpoint> => openCheckpoint(note, await served());
  const lastPosition = async (tenantId: TenantId) => {
    await audit.untilSealed();
    return (await audit.leavesOf(tenantId)).length;
  };
  const sign = async (tenantId: TenantId) => audit.ground.get(Checkpoints).signedOver(tenantId, await lastPosition(tenantId));
  const entriesOf = (tenantId: TenantId, type: string) => audit.ground.superuser.look<{ data: unknown }>('SELECT data, actor FROM journal WHERE tenant_id = $1 AND type = $2 ORDER BY id', uuidOf(tenantId), type);

  it('say what the journal was, signed with a key that is served to everybody', async () => {
    const signed = await sign(tenant.id);
    const { origin, size, root, keyIds } = await opened(signed);
    expect(parseOrigin(origin)).toEqual({ keyName: expect.stringMatching(/^tenure\/[0-9a-f]{8}$/), tenantId: tenant.id, generation: 1 });
    expect(root).toEqual(rootOf((await audit.leavesOf(tenant.id)).slice(0, size)));
    expect(keyIds).toEqual((await served()).map(({ id }) => id));
  });

  it('are in the file outside the database, and told of in the journal', async () => {
    const { size, note } = await sign(tenant.id);
    expect(await remembered(tenant.id)).toMatchObject({ size, note, generation: 1 });
    expect(await entriesOf(tenant.id, 'audit.checkpoint_signed')).toEqual([{ data: { size, keyIds: [expect.any(String)] }, actor: { kind: 'system', id: 'audit' } }]);
  });

  it('do not lead to the next by themselves', async () => {
    await sign(tenant.id);
    await audit.untilSealed();
    expect(await audit.ground.get(CheckpointsRepository).due(0, 1_000)).not.toContain(tenant.id);
    await audit.happen(tenant.id, 1);
    await audit.untilSealed();
    expect(await audit.ground.get(CheckpointsRepository).due(0, 1_000)).toContain(tenant.id);
  });

  it('are due after a thousand entries, however soon', async () => {
    await audit.happen(tenant.id, 1_000);
    const position = await lastPosition(tenant.id);
    expect((await audit.ground.get(Checkpoints).signedOver(tenant.id, 1)).size).toBeLessThanOrEqual(position + 2);
    expect(await entriesOf(tenant.id, 'audit.checkpoint_signed')).not.toEqual([]);
  });

  it('are never two of one size, however many sign at once', async () => {
    await audit.untilSealed();
    const [signer, signers] = [audit.ground.get(CheckpointSigner), await audit.ground.get(SigningKeys).signers()];
    await Promise.all(Array.from({ length: 10 }, async () => {
      await audit.happen(tenant.id, 1);
      await signer.sign(tenant.id, signers);
    }));
    await sign(tenant.id);
    const leaves = await audit.leavesOf(tenant.id);
    const all = await audit.ground.database.forTenant(tenant.id, (tx) => audit.ground.get(CheckpointsRepository).list(tx, null, 100));
    expect(new Set(all.map(({ size }) => size)).size).toBe(all.length);
    for (const { size, root } of all) expect(root).toEqual(rootOf(leaves.slice(0, size)));
  });

  it('carry both signatures while one key replaces the other, and the former stays served', async () => {
    const former = (await opened(await sign(tenant.id))).keyIds;
    const fresh = await audit.ground.get(SigningKeys).rotate(DAY);
    await audit.happen(tenant.id, 1);
    expect((await opened(await sign(tenant.id))).keyIds).toEqual([...former, fresh.id]);
    await audit.ground.superuser.look(`UPDATE audit_signing_keys SET retires_at = clock_timestamp() WHERE retires_at IS NOT NULL`);
    await audit.ground.get(SigningKeys).onModuleInit();
    await audit.happen(tenant.id, 1);
    expect((await opened(await sign(tenant.id))).keyIds).toEqual([fresh.id]);
    expect((await served()).map(({ id }) => id)).toEqual([...former, fresh.id]);
    expect(await audit.ground.superuser.look('SELECT 1 FROM audit_signing_keys WHERE wrapped_private_key IS NOT NULL')).toHaveLength(1);
  });

  it('of a database that is as it was are no other log after a start', async () => {
    await sign(tenant.id);
    await start();
    expect(await entriesOf(tenant.id, 'audit.rolled_back')).toEqual([]);
  });

  it('of a restored backup are another log, of which the journal tells (I15)', async () => {
    const before = await sign(tenant.id);
    await audit.untilSealed();
    await backUp();
    await audit.happen(tenant.id, 20);
    const lost = await sign(tenant.id);
    await audit.untilSealed();
    await restore();
    await start();
    const after = await sign(tenant.id);
    const [entry] = await entriesOf(tenant.id, 'audit.rolled_back');
    expect(entry!.data).toEqual({ formerSize: lost.size, formerGeneration: 1, size: before.size + 1 });
    expect(parseOrigin((await opened(after)).origin)).toMatchObject({ generation: 2 });
    expect((await opened(after)).root).toEqual(rootOf((await audit.leavesOf(tenant.id)).slice(0, after.size)));
    await start();
    expect(await entriesOf(tenant.id, 'audit.rolled_back')).toHaveLength(1);
    // the same backup once more: its generation is 1 again, and the file knows of 2
    await restore();
    await start();
    expect(parseOrigin((await opened(await sign(tenant.id))).origin)).toMatchObject({ generation: 3 });
  });

  it('of a file that is gone are written into a new one', async () => {
    const { note } = await sign(tenant.id);
    fs.rmSync(audit.ground.get(CheckpointFile).path!);
    await start();
    expect(await remembered(tenant.id)).toMatchObject({ note });
  });

  it('need no more than a line each in the file, and one that was cut off is passed over', async () => {
    const { note } = await sign(tenant.id);
    const file = audit.ground.get(CheckpointFile);
    fs.appendFileSync(file.path!, '{"note":"tenu');
    await file.append([{ note }]);
    expect((await remembered(tenant.id))!.note).toBe(note);
    const { checkpoints } = await file.latest();
    await file.replace(checkpoints.values());
    expect(await file.latest()).toEqual({ checkpoints, lines: checkpoints.size });
  });

  it('are signed on when the master key is another', async () => {
    const fresh = new MasterKey(randomBytes(32));
    const keyring = new Keyring([fresh, audit.ground.keyring.newest]);
    const rotation = new KeyRotation(audit.ground.database, keyring, { made: () => undefined, waiting: () => undefined, switched: () => undefined, moved: () => undefined, passedOver: () => undefined });
    await rotation.begin({ mayMake: false, anyway: true });
    await rotation.complete();
    const { keys } = await readKeyStatus(audit.ground.database, keyring);
    expect(keys.map(({ id, signingKeys }) => [id === fresh.id, signingKeys])).toEqual([[true, 1], [false, 0]]);
    expect(await new SigningKeysRepository(audit.ground.database, keyring).signers()).toHaveLength(1);
  });

  const TABLES = ['journal', 'journal_positions', 'journal_heads', 'audit_heads', 'audit_nodes', 'audit_checkpoints'];
  const backUp = async () => {
    await audit.ground.superuser.look('CREATE SCHEMA backup');
    for (const table of TABLES) await audit.ground.superuser.look(`CREATE TABLE backup.${table} AS TABLE ${table}`);
  };
  const restore = async () => {
    for (const table of TABLES) await audit.ground.superuser.look(`DELETE FROM ${table} WHERE tenant_id = $1`, uuidOf(tenant.id));
    for (const table of TABLES) await audit.ground.superuser.look(`INSERT INTO ${table} SELECT * FROM backup.${table} WHERE tenant_id = $1`, uuidOf(tenant.id));
  };
});
