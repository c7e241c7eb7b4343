import { Injectable } from '@nestjs/common';
import { type InstanceId, InstancePayload, type TenantSql } from '#libs/contracts';
import { OverridesRepository } from './overrides.repository.js';

/** An override holds for an archived instance, too, so it stays where it is; it goes with a purge. */
@Injectable()
export class OverridePayload extends InstancePayload {
  readonly part = 'retention_override';
  readonly tables = ['retention_overrides'];

  constructor(private readonly overrides: OverridesRepository) {
    super();
  }

  archive(): Promise<null> {
    return Promise.resolve(null);
  }

  restore(): Promise<void> {
    return Promise.resolve();
  }

  count(): Promise<Record<string, number>> {
    return Promise.resolve({});
  }

  async purge(tx: TenantSql, instanceId: InstanceId): Promise<void> {
    await this.overrides.clear(tx, instanceId);
  }

  erase(): Promise<Record<string, number>> {
    return Promise.resolve({});
  }
}
