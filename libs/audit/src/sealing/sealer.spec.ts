import { newId, type TenantId, uuidOf } from '#libs/contracts';
import { Database, Journal, JournalReader, type TenantTx, Unsealed } from '#libs/platform';
import { TestGround, type TestTenant, until } from '#libs/testing';
import { AuditGround } from '../../test/audit-ground.js';
import { rootOf } from '../../test/rfc6962.js';
import { consistencyNodes, consistencyProof, inclusionNodes, inclusionProof } from '../tree/proofs.js';
import { TreeReader } from '../tree/tree-reader.js';
import { verifyConsistency, verifyInclusion } from '../tree/verify-proofs.js';
import { MissedSeals } from './missed-seals.js';
import { AuditHeadsRepository, type TreeHead } from './audit-heads.repository.js';
import { Sealer } from './sealer.js';
import { TenantSealer } from './tenant-sealer.js';
import { TreeNodesRepository } from './tree-nodes.repository.js';

describe('the tree of a tenant', () => {
  let audit: AuditGround;
  let tenant: TestTenant;

  beforeAll(async () => {
    audit = await AuditGround.start();
    tenant = await audit.ground.tenant();
    await audit.happen(tenant.id, 700);
    await audit.untilSealed();
  });
  afterAll(() => audit.close());

  const read = <T>(tenantId: TenantId, ask: Parameters<typeof audit.ground.database.forTenant<T>>[1]) => audit.ground.database.forTenant(tenantId, ask);
  const reader = () => audit.ground.get(TreeReader);
  const rootAt = (size: number) => read(tenant.id, (tx) => reader().rootAt(tx, size));

  it('has the root that the journal says, now and at every size it had', async () => {
    const leaves = await audit.leavesOf(tenant.id);
    expect(leaves.length).toBeGreaterThanOrEqual(700);
    expect(await read(tenant.id, (tx) => reader().size(tx))).toBe(leaves.length);
    for (const size of [0, 1, 255, 256, 257, 511, 513, leaves.length]) expect(await rootAt(size)).toEqual(rootOf(leaves.slice(0, size)));
  });

  it('proves an entry, and that it only grew, from the hashes that are kept', async () => {
    const leaves = await audit.leavesOf(tenant.id);
    const [size, root] = [leaves.length, rootOf(leaves)];
    for (const index of [0, 255, 256, 600, size - 1]) {
      const hashOf = await read(tenant.id, (tx) => reader().hashes(tx, inclusionNodes(index, size)));
      expect(verifyInclusion({ leaf: leaves[index]!, index, size, root, proof: inclusionProof(index, size, hashOf) })).toBe(true);
    }
    for (const from of [1, 256, 300, size]) {
      const hashOf = await read(tenant.id, (tx) => reader().hashes(tx, consistencyNodes(from, size)));
      expect(verifyConsistency({ from, fromRoot: rootOf(leaves.slice(0, from)), size, root, proof: consistencyProof(from, size, hashOf) })).toBe(true);
    }
  });

  it('says when it does not reach that far', async () => {
    await expect(rootAt(100_000)).rejects.toThrow('is not in the tree');
  });

  it('keeps leaves and every eighth level, and no other', async () => {
    const levels = await audit.ground.superuser.look('SELECT level, count(*)::int AS n FROM audit_nodes WHERE tenant_id = $1 GROUP BY 1 ORDER BY 1', uuidOf(tenant.id));
    const size = (await audit.leavesOf(tenant.id)).length;
    expect(levels).toEqual([{ level: 0, n: size }, { level: 8, n: Math.floor(size / 256) }]);
  });

  it('is the same whoever seals, and however many at once', async () => {
    const other = await audit.ground.tenant('Other');
    const sealer = audit.ground.get(Sealer);
    const sealing = Array.from({ length: 20 }, async (_, n) => {
      await audit.happen(n % 2 === 0 ? other.id : tenant.id, 15);
      await Promise.all([sealer.seal(), sealer.seal()]);
    });
    await Promise.all(sealing);
    await audit.untilSealed();
    for (const { id } of [other, tenant]) {
      const size = await read(id, (tx) => reader().size(tx));
      expect(await read(id, (tx) => reader().rootAt(tx, size))).toEqual(await audit.rootOf(id));
    }
  });

  it('gets also what a former version positioned, which told nobody', async () => {
    const former = await audit.ground.tenant('Former');
    await audit.untilSealed();
    for (const table of ['audit_heads', 'audit_nodes']) await audit.ground.superuser.look(`DELETE FROM ${table} WHERE tenant_id = $1`, uuidOf(former.id));
    await audit.ground.get(MissedSeals).look();
    await audit.untilSealed();
    const leaves = await audit.leavesOf(former.id);
    expect(await read(former.id, (tx) => reader().size(tx))).toBe(leaves.length);
  });

  it('does not grow over an entry that somebody took away, and the others do', async () => {
    const robbed = await audit.ground.tenant('Robbed');
    await audit.untilSealed();
    await audit.ground.superuser.look(`UPDATE journal_heads SET position = position + 1 WHERE tenant_id = $1`, uuidOf(robbed.id));
    await audit.happen(robbed.id, 1);
    await audit.happen(tenant.id, 1);
    await until('the others are sealed', async () => (await audit.unsealed(tenant.id)) === 0);
    await until('what is positioned after the hole waits', async () => (await audit.unsealed(robbed.id)) === 1);
    const size = (await audit.leavesOf(robbed.id)).length;
    expect(await read(robbed.id, (tx) => reader().size(tx))).toBe(size - 1);
  });
});

/** Reads where the others lock. */
class UnlockedHeads extends AuditHeadsRepository {
  override lock(tx: TenantTx): Promise<TreeHead | null> {
    return this.read(tx);
  }
}

/** Writes when two are about to. */
class MeetingNodes extends TreeNodesRepository {
  readonly refusals: string[] = [];
  private readonly waiting: (() => void)[] = [];

  override async insert(...written: Parameters<TreeNodesRepository['insert']>): Promise<void> {
    await new Promise<void>((resolve) => {
      this.waiting.push(resolve);
      if (this.waiting.length === 2) for (const goOn of this.waiting) goOn();
    });
    await super.insert(...written).catch((error: Error) => {
      this.refusals.push(error.message);
      throw error;
    });
  }
}

describe('two sealers without the lock of the head', () => {
  it('are caught: a leaf has one place', async () => {
    const ground = await TestGround.start();
    const { id } = await ground.tenant();
    await until('it has positions', async () => (await ground.superuser.look('SELECT 1 FROM journal_unsealed')).length === 1);
    const sealerWith = (heads: AuditHeadsRepository, nodes: TreeNodesRepository) =>
      new TenantSealer(ground.get(Database), ground.get(JournalReader), ground.get(Unsealed), heads, nodes);
    await sealerWith(new AuditHeadsRepository(), new TreeNodesRepository()).seal(id);
    await ground.database.forTenant(id, (tx) => ground.get(Journal).appendOfTenant(tx, { type: 'api_key.revoked', actor: { kind: 'system', id: 'test' }, data: { keyId: newId('key') } }));
    await until('it has a position', async () => (await ground.superuser.look('SELECT 1 FROM journal_unsealed')).length === 1);
    const nodes = new MeetingNodes();
    const sealer = sealerWith(new UnlockedHeads(), nodes);
    const outcomes = await Promise.allSettled([sealer.seal(id), sealer.seal(id)]);
    expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    expect(nodes.refusals).toEqual([expect.stringContaining('audit_nodes_pkey')]);
    await ground.close();
  });
});
