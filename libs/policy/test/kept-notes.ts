import { Injectable } from '@nestjs/common';
import { type InstanceId, InstancePayload, type TenantSql } from '#libs/contracts';

/** A feature that keeps one note per instance; of the transaction it knows nothing. */
@Injectable()
export class KeptNotes extends InstancePayload {
  override readonly part = 'notes';
  override readonly tables = [];
  readonly notes = new Map<InstanceId, Buffer>();

  override async archive(_tx: TenantSql, instanceId: InstanceId): Promise<Buffer | null> {
    const note = this.notes.get(instanceId) ?? null;
    this.notes.delete(instanceId);
    return note;
  }

  override async restore(_tx: TenantSql, instanceId: InstanceId, part: Buffer): Promise<void> {
    this.notes.set(instanceId, part);
  }
  override count(): Promise<Record<string, number>> {
    return Promise.resolve({ notes: this.notes.size });
  }

  override async purge(_tx: TenantSql, instanceId: InstanceId): Promise<void> {
    this.notes.delete(instanceId);
  }

  override erase(): Promise<Record<string, number>> {
    return Promise.resolve({});
  }
}
