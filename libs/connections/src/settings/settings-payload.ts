import { Injectable } from '@nestjs/common';
import { InstancePayload, type InstanceId, type TenantSql } from '#libs/contracts';
import { ConnectionSettingsRepository } from './connection-settings.repository.js';

const FORMAT = 1;
const HEADER_BYTES = 5;

/** Settings travel with an archive as they are: sealed. Format 1, never changed once published: u8 format, u32 version (big-endian), the ciphertext. */
@Injectable()
export class SettingsPayload extends InstancePayload {
  readonly part = 'connection_settings';
  readonly tables = ['connection_settings'];

  constructor(private readonly repository: ConnectionSettingsRepository) {
    super();
  }

  async archive(tx: TenantSql, instanceId: InstanceId): Promise<Buffer | null> {
    const stored = await this.repository.take(tx, instanceId);
    if (!stored) return null;
    const header = Buffer.alloc(HEADER_BYTES);
    header.writeUInt8(FORMAT);
    header.writeUInt32BE(stored.version, 1);
    return Buffer.concat([header, stored.ciphertext]);
  }

  /** Byte-equal. */
  async restore(tx: TenantSql, instanceId: InstanceId, part: Buffer): Promise<void> {
    if (part.readUInt8() !== FORMAT) throw new Error('The archived settings have a format that this version does not know');
    await this.repository.put(tx, instanceId, { version: part.readUInt32BE(1), ciphertext: part.subarray(HEADER_BYTES) });
  }
  count(): Promise<Record<string, number>> {
    return Promise.resolve({});
  }

  async purge(tx: TenantSql, instanceId: InstanceId): Promise<void> {
    await this.repository.take(tx, instanceId);
  }

  erase(): Promise<Record<string, number>> {
    return Promise.resolve({});
  }
}
