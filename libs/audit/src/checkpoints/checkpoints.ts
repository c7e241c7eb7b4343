import { setTimeout as sleep } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { EventEmitter2 } from '@nestjs/event-emitter';
import type { TenantId } from '#libs/contracts';
import { Database } from '#libs/platform';
import { AuditBehind } from './checkpoints.errors.js';
import { CheckpointsRepository } from './checkpoints.repository.js';
import { CHECKPOINT_WANTED } from './hints.js';
import type { SignedCheckpoint } from './signed-checkpoint.js';

const LONGEST_MS = 10_000;
const LOOK_MS = 50;

/** What was signed of a tenant. */
@Injectable()
export class Checkpoints {
  constructor(
    private readonly database: Database,
    private readonly checkpoints: CheckpointsRepository,
    private readonly emitter: EventEmitter2,
  ) {}

  /** The first one over this position, which the journal has; a worker signs it now if need be. @throws AuditBehind when that takes too long */
  async signedOver(tenantId: TenantId, position: number): Promise<SignedCheckpoint> {
    const found = await this.over(tenantId, position);
    if (found) return found;
    await this.database.forTenant(tenantId, (tx) => this.checkpoints.want(tx, position));
    this.emitter.emit(CHECKPOINT_WANTED);
    for (const end = performance.now() + LONGEST_MS; performance.now() < end; await sleep(LOOK_MS)) {
      const signed = await this.over(tenantId, position);
      if (signed) return signed;
    }
    throw new AuditBehind(position);
  }

  private over(tenantId: TenantId, position: number): Promise<SignedCheckpoint | null> {
    return this.database.readForTenant(tenantId, (tx) => this.checkpoints.over(tx, position));
  }
}
