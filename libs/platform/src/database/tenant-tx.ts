import type { InstanceId, TenantId, TenantSql } from '#libs/contracts';
import type pg from 'pg';
import type { Precondition } from './precondition.js';
import { statementName } from './statement-name.js';

/** What happens after a commit, in this process only: a hint, which may be lost and carries no truth. */
export type Hint = () => void;

/** One transaction. It ends with the function it was given to; a statement after that is refused, since the connection is another's by then. */
export class Tx {
  readonly hints: Hint[] = [];
  private ended = false;

  constructor(private readonly connection: pg.PoolClient) {}

  /** The rows. Values travel as parameters, never in the text. */
  async query<T = unknown>(query: TemplateStringsArray, ...values: unknown[]): Promise<T> {
    return (await this.run(textOf(query), values)).rows as T;
  }

  /** How many rows it changed. */
  async execute(query: TemplateStringsArray, ...values: unknown[]): Promise<number> {
    return (await this.run(textOf(query), values)).rowCount ?? 0;
  }

  /** For a library that brings its own SQL. */
  async run(text: string, values: unknown[] = []): Promise<pg.QueryResult> {
    if (this.ended) throw new Error('This unit of work is over: a statement was not awaited inside it');
    return this.connection.query({ name: statementName(text, values), text, values });
  }

  afterCommit(hint: Hint): void {
    this.hints.push(hint);
  }

  /** Called by `Database` alone. */
  end(): void {
    this.ended = true;
  }
}

/** One transaction of one tenant: row-level security shows and accepts only that tenant's rows. */
export class TenantTx extends Tx implements TenantSql {
  /** The instances that it is about: those it has locked, and what a service adds that looks before it locks. */
  readonly concerned = new Set<InstanceId>();

  constructor(
    connection: pg.PoolClient,
    readonly tenantId: TenantId,
    /** what the request insists on; absent: nothing */
    readonly precondition?: Precondition,
  ) {
    super(connection);
  }
}

/** A transaction as `tenure_platform`: a short list of columns, all tenants. */
export class PlatformTx extends Tx {}

const texts = new WeakMap<TemplateStringsArray, string>();

/** `a ${x} b` as `a $1 b`; one text for each place in the code. */
function textOf(query: TemplateStringsArray): string {
  const known = texts.get(query);
  if (known !== undefined) return known;
  const text = query.reduce((before, part, n) => `${before}$${n}${part}`);
  texts.set(query, text);
  return text;
}
