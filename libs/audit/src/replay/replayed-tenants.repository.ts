import { idFrom, NIL_UUID, type TenantId, uuidOf } from '#libs/contracts';
import type { Database } from '#libs/platform';

const BATCH = 500;

/** Every tenant that there is or was, in the order of their ids. */
export class ReplayedTenantsRepository {
  constructor(private readonly database: Database) {}

  async *all(): AsyncGenerator<TenantId> {
    let batch: TenantId[];
    let last: TenantId | null = null;
    do {
      batch = await this.after(last);
      yield* batch;
      last = batch.at(-1) ?? last;
    } while (batch.length === BATCH);
  }

  private async after(last: TenantId | null): Promise<TenantId[]> {
    const rows = await this.database.acrossTenants('the journal of every tenant is replayed', (tx) => tx.query<{ id: string }[]>`
      SELECT id FROM tenants WHERE id > ${last === null ? NIL_UUID : uuidOf(last)}::uuid ORDER BY id LIMIT ${BATCH}`);
    return rows.map(({ id }) => idFrom('ten', id));
  }
}
