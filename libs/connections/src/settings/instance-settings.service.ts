import { Injectable } from '@nestjs/common';
import type { Caller, InstanceId } from '#libs/contracts';
import { Database, isAtHand, lockInstance, Mutations, type TenantTx } from '#libs/platform';
import { type InstanceSettingsDto, type PatchInstanceSettingsDto, settingsDto } from './instance-settings.dto.js';
import { mergeSettings, type VersionedSettings } from './instance-settings.js';
import { SettingsPutAway } from './instance-settings.errors.js';
import { ProxyTargets } from './proxy-targets.js';
import { normalizeProxy } from './proxy-url.js';
import { SettingsRecorder } from './settings-recorder.js';
import { SettingsStore } from './settings-store.js';

/** What people set of an instance's connection. They change a row; the node that holds the session follows. */
@Injectable()
export class InstanceSettingsService {
  constructor(
    private readonly database: Database,
    private readonly mutations: Mutations,
    private readonly store: SettingsStore,
    private readonly targets: ProxyTargets,
    private readonly recorder: SettingsRecorder,
  ) {}

  /** @throws InstanceNotFound, SettingsPutAway */
  read(caller: Caller, instanceId: InstanceId): Promise<InstanceSettingsDto> {
    return this.database.forCaller(caller, async (tx) => settingsDto(await this.present(tx, instanceId)));
  }

  /** @throws InvalidRequest when the proxy stands where it may not; InstanceNotFound, SettingsPutAway, VersionChanged */
  async patch(caller: Caller, instanceId: InstanceId, patch: PatchInstanceSettingsDto): Promise<InstanceSettingsDto> {
    // outside the transaction: names are looked up
    if (patch.proxy) await this.targets.check(patch.proxy, caller.environment);
    const proxy = patch.proxy && normalizeProxy(patch.proxy);
    return this.mutations.forCaller(caller, async (tx) => {
      await lockInstance(tx, instanceId, () => this.store.versionOf(tx, instanceId));
      const before = await this.present(tx, instanceId);
      const { settings, fields } = mergeSettings(before.settings, { ...patch, proxy });
      if (fields.length === 0) return settingsDto(before);
      return settingsDto(await this.recorder.record(tx, instanceId, { before, settings, fields }, caller.actor));
    });
  }

  private async present(tx: TenantTx, instanceId: InstanceId): Promise<VersionedSettings> {
    if (!(await isAtHand(tx, instanceId))) throw new SettingsPutAway(instanceId);
    return this.store.read(tx, instanceId);
  }
}
