import { Injectable } from '@nestjs/common';
import type { InstanceId } from '#libs/contracts';
import { type DataKey, InstanceKeys, type TenantTx } from '#libs/platform';
import { ConnectionSettingsRepository } from './connection-settings.repository.js';
import { DEFAULT_SETTINGS, type InstanceSettings, type VersionedSettings } from './instance-settings.js';

const FIELD = 'connection_settings';

/** The settings of an instance's connection, sealed as a whole under the instance's key. What cannot be read is an error, never the defaults. */
@Injectable()
export class SettingsStore {
  constructor(
    private readonly repository: ConnectionSettingsRepository,
    private readonly keys: InstanceKeys,
  ) {}

  async versionOf(tx: TenantTx, instanceId: InstanceId): Promise<number> {
    return (await this.repository.find(tx, instanceId))?.version ?? 0;
  }

  /** @throws when what is stored cannot be opened */
  async read(tx: TenantTx, instanceId: InstanceId): Promise<VersionedSettings> {
    const stored = await this.repository.find(tx, instanceId);
    if (!stored) return { version: 0, settings: DEFAULT_SETTINGS };
    const key = await this.keys.of(tx, instanceId);
    return { version: stored.version, settings: unseal(key, stored.ciphertext) };
  }

  /** Under the instance's lock. */
  async write(tx: TenantTx, instanceId: InstanceId, { version, settings }: VersionedSettings): Promise<void> {
    const key = await this.keys.of(tx, instanceId);
    await this.repository.put(tx, instanceId, { version, ciphertext: key.seal(FIELD, Buffer.from(JSON.stringify(settings))) });
  }
}

/** A setting that came into the world later has its default. */
function unseal(key: DataKey, ciphertext: Buffer): InstanceSettings {
  return { ...DEFAULT_SETTINGS, ...(JSON.parse(key.open(FIELD, ciphertext).toString()) as Partial<InstanceSettings>) };
}
