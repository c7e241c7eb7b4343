import { setTimeout as sleep } from 'node:timers/promises';
import { Injectable, Logger, type OnApplicationShutdown } from '@nestjs/common';
import { type Caller, type Environment, type KeyId, type Principal, type TenantId, uuidOf } from '#libs/contracts';
import type pg from 'pg';
import { appPool } from './app-pool.js';
import { Precondition } from './precondition.js';
import { isTransient } from './database-error.js';
import { DatabaseTarget } from './database-target.js';
import { type Hint, PlatformTx, TenantTx, Tx } from './tenant-tx.js';
import { glance, type Identity, type Run, transact } from './unit-of-work.js';

const ATTEMPTS = 4;

/**
 * The one way to the database: an explicit unit of work, one transaction of one tenant.
 * A unit that loses a deadlock, a lock wait or its connection runs again from the start: it must have no effect outside its transaction.
 */
@Injectable()
export class Database implements OnApplicationShutdown {
  /** For pg-boss and the look at the migrations, whose statements belong to no tenant. */
  readonly pool: pg.Pool;
  private readonly closing: (() => Promise<void>)[] = [];
  private readonly log = new Logger(Database.name);

  constructor(target: DatabaseTarget) {
    this.pool = appPool(target);
    this.pool.on('error', (error) => this.log.warn(`lost an idle database connection: ${error.message}`));
  }

  /** Everything inside one tenant, both environments: for work that no key asked for. */
  forTenant<T>(tenantId: TenantId, work: (tx: TenantTx) => Promise<T>): Promise<T> {
    return this.unit(inTenant(tenantId), (connection) => new TenantTx(connection, tenantId), work);
  }

  /** What a key may see: its tenant, and of the instances only those of its environment. */
  forCaller<T>({ tenantId, environment }: Pick<Caller, 'tenantId' | 'environment'>, work: (tx: TenantTx) => Promise<T>): Promise<T> {
    return this.unit(inTenant(tenantId, environment), (connection) => new TenantTx(connection, tenantId), work);
  }

  /** The same, all of it as of one moment however many statements ask, and nothing can be changed. */
  snapshotForCaller<T>({ tenantId, environment }: Pick<Caller, 'tenantId' | 'environment'>, work: (tx: TenantTx) => Promise<T>): Promise<T> {
    return this.unit([...inTenant(tenantId, environment), ...OF_ONE_MOMENT], (connection) => new TenantTx(connection, tenantId), work);
  }

  /** The same for work that no key asked for. */
  snapshotForTenant<T>(tenantId: TenantId, work: (tx: TenantTx) => Promise<T>): Promise<T> {
    return this.unit([...inTenant(tenantId), ...OF_ONE_MOMENT], (connection) => new TenantTx(connection, tenantId), work);
  }

  /** The same as `forCaller` for a read whose statements do not wait for each other: one round trip. */
  readForCaller<T>({ tenantId, environment }: Pick<Caller, 'tenantId' | 'environment'>, ask: (tx: TenantTx) => Promise<T>): Promise<T> {
    return this.unit(inTenant(tenantId, environment), (connection) => new TenantTx(connection, tenantId), ask, glance);
  }

  /** The same for work that no key asked for. */
  readForTenant<T>(tenantId: TenantId, ask: (tx: TenantTx) => Promise<T>): Promise<T> {
    return this.unit(inTenant(tenantId), (connection) => new TenantTx(connection, tenantId), ask, glance);
  }

  /**
   * A change whose statements do not wait for each other: one round trip. It must be safe to run twice: it is tried again also when the
   * connection broke and nobody knows whether it was committed.
   */
  repeatableForTenant<T>(tenantId: TenantId, ask: (tx: TenantTx) => Promise<T>): Promise<T> {
    return this.unit(inTenant(tenantId), (connection) => new TenantTx(connection, tenantId), ask, glance);
  }

  /** For `Mutations`, and nobody else: a change of this tenant by whoever asks for it, on the version that they insist on. */
  forChange<T>(principal: Principal, tenantId: TenantId, work: (tx: TenantTx) => Promise<T>): Promise<T> {
    const identity = [...inTenant(tenantId, principal.kind === 'tenant' ? principal.environment : null), as(principal.keyId)];
    const versions = principal.terms?.ifMatch;
    return this.unit(identity, (connection) => new TenantTx(connection, tenantId, versions ? new Precondition(versions) : undefined), work);
  }

  /** What belongs to an API key itself, of whatever tenant. */
  forPrincipal<T>(keyId: KeyId, work: (tx: Tx) => Promise<T>): Promise<T> {
    return this.unit([as(keyId)], (connection) => new Tx(connection), work);
  }

  /** Across tenants, as `tenure_platform`. A lint rule lists the few files that may; the reason is for the reader. */
  acrossTenants<T>(_reason: string, work: (tx: PlatformTx) => Promise<T>): Promise<T> {
    return this.unit(['ROLE tenure_platform'], (connection) => new PlatformTx(connection), work);
  }

  /** The same for a read whose statements do not wait for each other: one round trip. */
  readAcrossTenants<T>(_reason: string, ask: (tx: PlatformTx) => Promise<T>): Promise<T> {
    return this.unit(['ROLE tenure_platform'], (connection) => new PlatformTx(connection), ask, glance);
  }

  /** What needs the pool until the very end is stopped before it closes, whatever the order of the framework's own hooks. */
  beforeClose(stop: () => Promise<void>): void {
    this.closing.push(stop);
  }

  async onApplicationShutdown(): Promise<void> {
    for (const stop of this.closing.splice(0)) await stop();
    await this.pool.end();
  }

  private async unit<X extends Tx, T>(
    identity: Identity,
    open: (connection: pg.PoolClient) => X,
    work: (tx: X) => Promise<T>,
    run: Run = transact,
  ): Promise<T> {
    for (let attempt = 1; ; attempt++) {
      try {
        const { result, tx } = await run(this.pool, identity, open, work);
        this.give(tx.hints);
        return result;
      } catch (error) {
        if (attempt === ATTEMPTS || !isTransient(error)) throw error;
        await sleep(Math.random() * 50 * attempt);
      }
    }
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

/** Without an environment: both. */
function inTenant(tenantId: TenantId, environment: Environment | null = null): string[] {
  return [`app.tenant_id = '${uuidOf(tenantId)}'`, ...(environment ? [`app.environment = '${environment}'`] : [])];
}

const OF_ONE_MOMENT = [`transaction_isolation = 'repeatable read'`, 'transaction_read_only = on'];
const as = (keyId: KeyId): string => `app.principal_id = '${uuidOf(keyId)}'`;
