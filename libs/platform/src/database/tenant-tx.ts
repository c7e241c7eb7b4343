import type { TenantId, TenantSql } from '#libs/contracts';
import type { Prisma } from './generated/client.js';

/** What happens after a commit, in this process only: a hint, which may be lost and carries no truth. */
export type Hint = () => void;

/** One transaction. It ends with the function it was given to and is worth nothing afterwards. */
export class Tx {
  readonly hints: Hint[] = [];

  constructor(readonly models: Prisma.TransactionClient) {}

  $queryRaw<T = unknown>(query: TemplateStringsArray, ...values: unknown[]): Promise<T> {
    return this.models.$queryRaw<T>(query, ...values);
  }

  $executeRaw(query: TemplateStringsArray, ...values: unknown[]): Promise<number> {
    return this.models.$executeRaw(query, ...values);
  }

  afterCommit(hint: Hint): void {
    this.hints.push(hint);
  }
}

/** One transaction of one tenant: row-level security shows and accepts only that tenant's rows. */
export class TenantTx extends Tx implements TenantSql {
  constructor(
    models: Prisma.TransactionClient,
    readonly tenantId: TenantId,
  ) {
    super(models);
  }
}

/** A transaction as `tenure_platform`: a short list of tables, all tenants. */
export class PlatformTx extends Tx {}
