import { type InstanceId, uuidOf } from '#libs/contracts';
import { type TestGround, type TestTenant, until } from '#libs/testing';
import { parseVerifierKeys } from '../src/notes/verifier-key.js';
import { KnownKeys } from '../src/verify/known-keys.js';
import { NotReadable, NotVerified } from '../src/verify/faults.js';
import { verifyFile } from '../src/verify/verify-file.js';

/** What a superuser of the database can change of a tenant's past, and how one of its rows is found. */
const PAST: Record<string, string[]> = {
  journal: ['tenant_id', 'id'],
  journal_positions: ['tenant_id', 'position'],
  audit_nodes: ['tenant_id', 'level', 'index'],
  audit_checkpoints: ['tenant_id', 'generation', 'size'],
};

/** Where it ends: these go back with it. */
const HEADS = ['audit_heads', 'journal_heads', 'instance_heads'];

/** A tenant with a past, an auditor who asks for exports of it, and a superuser who changes its rows and can put them back. */
export class AuditedTenant {
  held = '';
  /** how long the log was when its rows were saved */
  size = 0;
  private keys!: KnownKeys;

  private constructor(
    readonly ground: TestGround,
    readonly tenant: TestTenant,
    readonly instanceId: InstanceId,
  ) {}

  static async create(ground: TestGround, entries: number): Promise<AuditedTenant> {
    const tenant = await ground.tenant();
    const { body } = await tenant.client.post<{ id: InstanceId }>('/v1/instances', { name: 'shop', labels: { plan: 'free' } });
    const audited = new AuditedTenant(ground, tenant, body.id);
    const keys = await tenant.client.get<string>('/v1/audit/keys');
    parseVerifierKeys(keys.body);
    audited.keys = KnownKeys.parse(keys.body);
    for (let n = 0; n < entries; n += 20) {
      for (let m = 0; m < 20; m++) await tenant.client.patch(`/v1/instances/${body.id}`, { name: `shop ${n + m}` });
      await audited.export();
    }
    return audited;
  }

  get uuid(): string {
    return uuidOf(this.tenant.id);
  }

  async export(query = ''): Promise<string> {
    const { status, body } = await this.tenant.client.get<string>(`/v1/audit/export${query}`);
    if (status !== 200) return `refused: ${JSON.stringify(body)}`;
    return body;
  }

  /** What an auditor is told of it. */
  async verdict(text: string, held: string | null = this.held): Promise<string> {
    try {
      await verifyFile(piecesOf(text), this.keys, held);
      return 'verifies';
    } catch (error) {
      if (error instanceof NotVerified || error instanceof NotReadable) return error.message;
      throw error;
    }
  }

  /** From now on the auditor holds a checkpoint, and the rows can be put back. */
  async save(): Promise<void> {
    await this.export();
    ({ note: this.held, size: this.size } = await this.newestNote());
    await until('everything is sealed', async () => (await this.look('SELECT 1 FROM journal_unsealed WHERE tenant_id = $1', this.uuid)).length === 0);
    await this.look('DROP SCHEMA IF EXISTS saved CASCADE');
    await this.look('CREATE SCHEMA saved');
    for (const table of [...Object.keys(PAST), ...HEADS]) await this.look(`CREATE TABLE saved.${table} AS SELECT * FROM ${table} WHERE tenant_id = '${this.uuid}'`);
  }

  /** What came since stays. */
  async putBack(): Promise<void> {
    for (const [table, key] of Object.entries(PAST)) {
      await this.look(`DELETE FROM ${table} WHERE (${key.join(', ')}) IN (SELECT ${key.join(', ')} FROM saved.${table})`);
      await this.look(`INSERT INTO ${table} SELECT * FROM saved.${table}`);
    }
  }

  /** As who puts an old copy of the rows in place of the present ones, while everything runs. */
  async rollBack(): Promise<void> {
    await this.look(`BEGIN; SET LOCAL session_replication_role = replica;
      ${[...Object.keys(PAST), ...HEADS].map((table) => `DELETE FROM ${table} WHERE tenant_id = '${this.uuid}'; INSERT INTO ${table} SELECT * FROM saved.${table};`).join('\n')} COMMIT`);
  }

  /** The newest checkpoint, for the auditor to hold. */
  async newestNote(): Promise<{ note: string; size: number }> {
    return (await this.tenant.client.get<{ data: { note: string; size: number }[] }>('/v1/audit/checkpoints?limit=1')).body.data[0]!;
  }

  async eventAt(position: number): Promise<string> {
    const [row] = await this.look<{ event_id: string }>('SELECT event_id FROM saved.journal_positions WHERE position = $1', position);
    return row!.event_id;
  }

  look<T extends object>(sql: string, ...values: unknown[]): Promise<T[]> {
    return this.ground.superuser.look<T>(sql, ...values);
  }
}

async function* piecesOf(text: string): AsyncGenerator<Uint8Array> {
  yield Buffer.from(text);
}
