import { Injectable } from '@nestjs/common';
import type { Actor, InstanceId } from '#libs/contracts';
import { Journal, type TenantTx } from '#libs/platform';
import { ConnectionsRepository } from '../connections.repository.js';
import { type InstanceSettings, needsNewSocket, type VersionedSettings } from './instance-settings.js';
import { SettingsStore } from './settings-store.js';

export interface SettingsChange {
  before: VersionedSettings;
  settings: InstanceSettings;
  fields: (keyof InstanceSettings)[];
}

/** Writes changed settings and journals that they are, under the instance's lock and in the caller's transaction. */
@Injectable()
export class SettingsRecorder {
  constructor(
    private readonly store: SettingsStore,
    private readonly journal: Journal,
    private readonly connections: ConnectionsRepository,
  ) {}

  async record(tx: TenantTx, instanceId: InstanceId, { before, settings, fields }: SettingsChange, actor: Actor): Promise<VersionedSettings> {
    const after = { version: before.version + 1, settings };
    await this.store.write(tx, instanceId, after);
    if (needsNewSocket(before.settings, settings)) await this.makeDue(tx, instanceId);
    await this.journal.append(tx, { type: 'instance.settings_changed', instanceId, actor, data: { fields } });
    return after;
  }

  /**
   * Whoever waits to try again waited for a way out that is no longer the one: they try at once. Not what was given up, nor what is banned for a
   * time; what has an owner is closed by it and is due then.
   */
  private async makeDue(tx: TenantTx, instanceId: InstanceId): Promise<void> {
    const row = await this.connections.lock(tx, instanceId);
    if (row.ownerNode !== null || row.haltedSeq !== null || row.facts.settledReason === 'banned') return;
    await this.connections.patch(tx, instanceId, { attempts: 0, flaps: 0, retryInMs: null });
  }
}
