import { setTimeout as sleep } from 'node:timers/promises';
import { Injectable, Logger, type OnApplicationShutdown } from '@nestjs/common';
import { type Caller, type TenantId, uuidOf } from '#libs/contracts';
import { PrismaPg } from '@prisma/adapter-pg';
import type pg from 'pg';
import { appPool } from './app-pool.js';
import { isTransient } from './database-error.js';
import { DatabaseTarget } from './database-target.js';
import { type Prisma, PrismaClient } from './generated/client.js';
import { statementName } from './statement-name.js';
import { type Hint, PlatformTx, TenantTx, type Tx } from './tenant-tx.js';

const ATTEMPTS = 4;
const LIMITS = { maxWait: 10_000, timeout: 15_000 };

/**
 * The one way to the database: an explicit unit of work, one transaction of one tenant.
 * A unit that loses a deadlock or a lock wait runs again from the start: it must have no effect outside its transaction.
 */
@Injectable()
export class Database implements OnApplicationShutdown {
  /** For pg-boss alone, whose statements belong to no tenant. */
  readonly pool: pg.Pool;
  private readonly prisma: PrismaClient;
  private readonly closing: (() => Promise<void>)[] = [];
  private readonly log = new Logger(Database.name);

  constructor(target: DatabaseTarget) {
    this.pool = appPool(target);
    this.pool.on('error', (error) => this.log.warn(`lost an idle database connection: ${error.message}`));
    const adapter = new PrismaPg(this.pool, { disposeExternalPool: true, statementNameGenerator: statementName });
    this.prisma = new PrismaClient({ adapter, transactionOptions: LIMITS });
  }

  /** Everything inside one tenant, both environments: for work that no key asked for. */
  forTenant<T>(tenantId: TenantId, work: (tx: TenantTx) => Promise<T>): Promise<T> {
    return this.unit([`app.tenant_id = '${uuidOf(tenantId)}'`], (models) => new TenantTx(models, tenantId), work);
  }

  /** What a key may see: its tenant, and of the instances only those of its environment. */
  forCaller<T>(caller: Pick<Caller, 'tenantId' | 'environment'>, work: (tx: TenantTx) => Promise<T>): Promise<T> {
    const settings = [`app.tenant_id = '${uuidOf(caller.tenantId)}'`, `app.environment = '${caller.environment}'`];
    return this.unit(settings, (models) => new TenantTx(models, caller.tenantId), work);
  }

  /** Across tenants, as `tenure_platform`. A lint rule lists the few files that may; the reason is for the reader. */
  acrossTenants<T>(_reason: string, work: (tx: PlatformTx) => Promise<T>): Promise<T> {
    return this.unit(['ROLE tenure_platform'], (models) => new PlatformTx(models), work);
  }

  /** One read across tenants past the ORM, at an eighth of the cost: for what every request asks first. The same lint rule. */
  async lookAcrossTenants<R extends object>(_reason: string, text: string, values: unknown[]): Promise<R[]> {
    const client = await this.pool.connect();
    try {
      await client.query('BEGIN READ ONLY; SET LOCAL ROLE tenure_platform');
      const { rows } = await client.query<R>({ text, values });
      await client.query('COMMIT');
      client.release();
      return rows;
    } catch (error) {
      // the connection goes too: nothing of a transaction that failed can be left on it
      client.release(true);
      throw error;
    }
  }

  /** What needs the pool until the very end is stopped before it closes, whatever the order of the framework's own hooks. */
  beforeClose(stop: () => Promise<void>): void {
    this.closing.push(stop);
  }

  async onApplicationShutdown(): Promise<void> {
    for (const stop of this.closing.splice(0)) await stop();
    await this.prisma.$disconnect();
  }

  private async unit<X extends Tx, T>(settings: string[], open: (models: Prisma.TransactionClient) => X, work: (tx: X) => Promise<T>): Promise<T> {
    for (let attempt = 1; ; attempt++) {
      try {
        const { result, hints } = await this.attempt(settings, open, work);
        this.give(hints);
        return result;
      } catch (error) {
        if (attempt === ATTEMPTS || !isTransient(error)) throw error;
        await sleep(Math.random() * 50 * attempt);
      }
    }
  }

  private attempt<X extends Tx, T>(settings: string[], open: (models: Prisma.TransactionClient) => X, work: (tx: X) => Promise<T>) {
    return this.prisma.$transaction(async (models) => {
      // SET LOCAL, in one round trip and first: a SELECT would take the snapshot
      await models.$executeRawUnsafe(settings.map((setting) => `SET LOCAL ${setting}`).join('; '));
      const tx = open(models);
      return { result: await work(tx), hints: tx.hints };
    });
  }

  /** The work is committed: a hint that fails must not make it look undone, or have it run again. */
  private give(hints: Hint[]): void {
    for (const hint of hints) {
      try {
        hint();
      } catch (error) {
        this.log.warn(`a hint failed: ${(error as Error).message}`);
      }
    }
  }
}
