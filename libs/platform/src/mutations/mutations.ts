import { Injectable } from '@nestjs/common';
import type { Caller, Principal, TenantId } from '#libs/contracts';
import { Database } from '../database/database.js';
import type { TenantTx } from '../database/tenant-tx.js';
import { IdempotentReplies } from '../idempotency/idempotent-replies.js';

/**
 * Every change that a request asks for is one unit of work of these, whose result is the answer. It is carried out once for an
 * idempotency key: effect and reply are committed together, so a process that dies between commit and answer has lost nothing.
 */
@Injectable()
export class Mutations {
  constructor(
    private readonly database: Database,
    private readonly replies: IdempotentReplies,
  ) {}

  /** In the caller's tenant and environment. */
  forCaller<T>(caller: Caller, work: (tx: TenantTx) => Promise<T>): Promise<T> {
    return this.run(caller, caller.tenantId, work);
  }

  /** By an operator, or by a key of this tenant: in the tenant, and in a key's environment. */
  forTenant<T>(principal: Principal, tenantId: TenantId, work: (tx: TenantTx) => Promise<T>): Promise<T> {
    return this.run(principal, tenantId, work);
  }

  private async run<T>(principal: Principal, tenantId: TenantId, work: (tx: TenantTx) => Promise<T>): Promise<T> {
    const idempotency = principal.terms?.idempotency;
    const reply = await this.database.forChange(principal, tenantId, async (tx) => {
      if (principal.terms) principal.terms.concerned = tx.concerned;
      if (idempotency) await this.replies.begin(tx, principal, idempotency);
      const result = await work(tx);
      tx.precondition?.ensureChecked();
      if (idempotency) await this.replies.keep(tx, principal, idempotency, result);
      return result;
    });
    if (idempotency) idempotency.kept = true;
    return reply;
  }
}
