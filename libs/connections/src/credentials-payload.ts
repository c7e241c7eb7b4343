import { Injectable } from '@nestjs/common';
import { InstancePayload, type InstanceId, type TenantSql } from '#libs/contracts';
import { packCredentials, unpackCredentials } from './archived-credentials.js';
import { CredentialsRepository } from './credentials.repository.js';
import { SignalKeysRepository } from './signal-keys.repository.js';

/** Credentials and Signal keys travel with an archive as they are: sealed, revoked if they were. */
@Injectable()
export class CredentialsPayload extends InstancePayload {
  readonly part = 'connections';
  readonly tables = ['wa_credentials', 'wa_signal_keys'];

  constructor(
    private readonly credentials: CredentialsRepository,
    private readonly signalKeys: SignalKeysRepository,
  ) {
    super();
  }

  /** The credentials go first: a session that is still open loses its fence and can write no key afterwards. */
  async archive(tx: TenantSql, instanceId: InstanceId): Promise<Buffer | null> {
    const credentials = await this.credentials.take(tx, instanceId);
    if (!credentials) return null;
    const keys = await this.signalKeys.take(tx, instanceId);
    return packCredentials({ credentials, keys });
  }

  /** Byte-equal but for the epoch, which is raised: nobody who owned it before can write. */
  async restore(tx: TenantSql, instanceId: InstanceId, part: Buffer): Promise<void> {
    const { credentials, keys } = unpackCredentials(part);
    await this.credentials.put(tx, instanceId, { ...credentials, ownerEpoch: credentials.ownerEpoch + 1n });
    await this.signalKeys.put(tx, instanceId, keys);
  }
  async count(tx: TenantSql, instanceId: InstanceId, most: number): Promise<Record<string, number>> {
    return { wa_signal_keys: await this.signalKeys.count(tx, instanceId, most) };
  }

  /** The credentials alone: with their row goes the fence of a session that is still open. */
  async purge(tx: TenantSql, instanceId: InstanceId): Promise<void> {
    await this.credentials.take(tx, instanceId);
  }

  async erase(tx: TenantSql, instanceId: InstanceId, limit: number): Promise<Record<string, number>> {
    const erased = await this.signalKeys.erase(tx, instanceId, limit);
    return erased > 0 ? { wa_signal_keys: erased } : {};
  }
}
