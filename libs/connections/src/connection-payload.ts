import { Injectable } from '@nestjs/common';
import { type InstanceId, InstancePayload, type TenantSql, uuidOf } from '#libs/contracts';

/** The state of the connection stays where it is when an instance is archived. It names a phone number, so it goes with a purge. */
@Injectable()
export class ConnectionPayload extends InstancePayload {
  readonly part = 'connection';
  readonly tables = ['connections', 'session_queue'];

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
    await tx.execute`DELETE FROM session_queue WHERE tenant_id = ${uuidOf(tx.tenantId)}::uuid AND instance_id = ${uuidOf(instanceId)}::uuid`;
    await tx.execute`DELETE FROM connections WHERE tenant_id = ${uuidOf(tx.tenantId)}::uuid AND instance_id = ${uuidOf(instanceId)}::uuid`;
  }

  erase(): Promise<Record<string, number>> {
    return Promise.resolve({});
  }
}
