import { newId, type TenantId, uuidOf } from '#libs/contracts';
import { canonicalForm, type Database, Journal, JournalReader } from '#libs/platform';
import { TestGround, until } from '#libs/testing';
import { AuditModule } from '../src/audit.module.js';
import { AuditSettings } from '../src/checkpoints/audit.settings.js';
import { leafOf, rootOf } from './rfc6962.js';

const SYSTEM = { kind: 'system', id: 'test' } as const;
const PAGE = 500;

/** A platform with the audit, in this process. */
export class AuditGround {
  private constructor(readonly ground: TestGround) {}

  static async start(): Promise<AuditGround> {
    return new AuditGround(await TestGround.start({ imports: [AuditModule.forRoot({ api: true, worker: true })], settings: [AuditSettings], connections: 24 }));
  }

  /** So many entries of the tenant itself. */
  async happen(tenantId: TenantId, entries: number, database: Database = this.ground.database): Promise<void> {
    for (let left = entries; left > 0; left -= PAGE) {
      await database.forTenant(tenantId, async (tx) => {
        const entry = { type: 'api_key.revoked', actor: SYSTEM, data: { keyId: newId('key') } } as const;
        for (let n = 0; n < Math.min(PAGE, left); n++) await this.ground.get(Journal).appendOfTenant(tx, entry);
      });
    }
  }

  async untilSealed(): Promise<void> {
    await until('everything is in the trees', async () => (await this.ground.superuser.look('SELECT 1 FROM journal_pending UNION ALL SELECT 1 FROM journal_unsealed')).length === 0);
  }

  /** The leaves as the journal says they must be, in the order of positions. */
  async leavesOf(tenantId: TenantId): Promise<Buffer[]> {
    const reader = this.ground.get(JournalReader);
    const entries = await this.ground.database.forTenant(tenantId, (tx) => reader.stored(tx, 0, 1_000_000));
    return entries.map((entry) => leafOf(canonicalForm(entry)));
  }

  async rootOf(tenantId: TenantId): Promise<Buffer> {
    return rootOf(await this.leavesOf(tenantId));
  }

  async unsealed(tenantId: TenantId): Promise<number> {
    return (await this.ground.superuser.look('SELECT 1 FROM journal_unsealed WHERE tenant_id = $1', uuidOf(tenantId))).length;
  }

  close(): Promise<void> {
    return this.ground.close();
  }
}
