import { setTimeout as sleep } from 'node:timers/promises';
import { Injectable, Logger } from '@nestjs/common';
import { type InstanceId, isId, type Principal, type TenantId, uuidOf } from '#libs/contracts';
import type { FastifyReply } from 'fastify';
import { Database } from '../database/database.js';
import type { TenantTx } from '../database/tenant-tx.js';
import type { Authenticated } from '../http/access.js';
import { Authentication } from '../http/authentication.js';
import type { ProblemDoc } from '../http/problem.js';
import { attemptOf } from './destructive.js';
import { isRefusal } from './is-refusal.js';
import { type RefusedAttempt, RefusedAttempts } from './refused-attempts.js';

/** So long an answer waits for the entry, where an instance is locked by others; it is written all the same. */
const PATIENCE_MS = 1_000;

/**
 * Journals a refused attempt at something destructive, in a transaction of its own: that of the attempt was rolled back. One entry per refused
 * request, so there are no more of them than the key may make requests. An attempt that cannot be written is logged; the answer stays what it is.
 */
@Injectable()
export class RefusalRecorder {
  private readonly log = new Logger(RefusalRecorder.name);

  constructor(
    private readonly database: Database,
    private readonly attempts: RefusedAttempts,
    private readonly authentication: Authentication,
  ) {}

  async record(request: Authenticated, reply: FastifyReply, { status, code }: Pick<ProblemDoc, 'status' | 'code'>): Promise<void> {
    const operationId = attemptOf(request);
    if (!operationId || !isRefusal({ status, code }, request.principal?.terms?.concerned !== undefined)) return;
    const principal = request.principal ?? (await this.whoDeletes(request, reply));
    if (!principal) return;
    const attempt = { actor: principal.actor, instanceId: instanceOf(principal) ?? instanceIn(request.url), operationId, code, status };
    const written = this.write(principal, request.url, attempt).catch((error: Error) =>
      this.log.warn({ err: error, operationId, code, requestId: request.id, keyId: principal.keyId }, 'a refused attempt is not in the journal'),
    );
    await Promise.race([written, sleep(PATIENCE_MS, undefined, { ref: false })]);
  }

  /** A bare DELETE is no route, so nobody has looked at its key. Null: nobody's, or one that asks too often. */
  private async whoDeletes(request: Authenticated, reply: FastifyReply): Promise<Principal | null> {
    try {
      const { principal } = await this.authentication.admit(request, reply);
      return principal;
    } catch {
      return null;
    }
  }

  private write(principal: Principal, url: string, attempt: RefusedAttempt): Promise<void> {
    if (principal.kind === 'tenant') return this.database.forCaller(principal, (tx) => this.attempts.append(tx, attempt));
    return this.writeOfOperator(tenantIn(url), attempt);
  }

  /** The platform has no journal: what is attempted there, and at no tenant that exists, is in the log. */
  private async writeOfOperator(tenantId: TenantId | null, attempt: RefusedAttempt): Promise<void> {
    const isThere = tenantId !== null && (await this.database.forTenant(tenantId, (tx) => this.appendIfThere(tx, attempt)));
    if (!isThere) this.log.log({ keyId: attempt.actor.id, ...attempt }, 'an attempt of the operator was refused');
  }

  private async appendIfThere(tx: TenantTx, attempt: RefusedAttempt): Promise<boolean> {
    const rows = await tx.query<unknown[]>`SELECT 1 FROM tenants WHERE id = ${uuidOf(tx.tenantId)}::uuid`;
    if (rows.length > 0) await this.attempts.append(tx, attempt);
    return rows.length > 0;
  }
}

/** Where it turned out to be about exactly one. */
function instanceOf({ terms }: Principal): InstanceId | null {
  const [first, ...others] = terms?.concerned ?? [];
  return first && others.length === 0 ? first : null;
}

function instanceIn(url: string): InstanceId | null {
  const id = idAfter('instances', url);
  return id !== null && isId('ins', id) ? id : null;
}

function tenantIn(url: string): TenantId | null {
  const id = idAfter('tenants', url);
  return id !== null && isId('ten', id) ? id : null;
}

const idAfter = (collection: string, url: string): string | null => new RegExp(`^/v1/${collection}/([^/?]+)`).exec(url)?.[1] ?? null;
