import { Injectable } from '@nestjs/common';
import type { TenantTx } from '#libs/platform';
import type { proto, WAPatchCreate } from '@whiskeysockets/baileys';
import type { Account } from '../../protocol/addresses.js';
import { chatModificationToAppPatch } from '../../protocol/baileys.js';
import { settingsKeyShare } from '../../protocol/settings-key.js';
import { BadSettings, SettingsConflict, TooManySettings } from '../../settings.errors.js';
import { SettingsKeysRepository } from '../../store/settings-keys.repository.js';
import { SettingsRepository } from '../../store/settings.repository.js';
import { BadPatch, Collection, COLLECTIONS, namedIn, type Setting, type Step } from './collection.js';
import { SettingsNews } from './settings-news.js';

type Name = (typeof COLLECTIONS)[number];

/** A device's change, and the version that it has seen. */
export interface DevicePatch {
  name: Name;
  version: number;
  patch: Buffer;
}

const MOST_SETTINGS = { ofAccount: 5_000, ofTenant: 50_000 };
/** Of one change. */
const LARGEST_PATCH = 16 * 1024;

/** An account's settings, shared by its phone and its devices. */
@Injectable()
export class AppState {
  constructor(
    private readonly settings: SettingsRepository,
    private readonly keys: SettingsKeysRepository,
    private readonly news: SettingsNews,
  ) {}

  /** The key, as it is given to a device that has just been linked. The first one finds the account's name among its settings. */
  async share(tx: TenantTx, { number, name }: Account): Promise<proto.IMessage> {
    const place = { number, collection: 'critical_block' };
    if (!(await this.settings.find(tx, place))) {
      const state = await this.settings.lock(tx, place);
      await this.settings.advance(tx, place, await (await this.open(tx, number, 'critical_block')).write(state, new Map(), named(name)));
    }
    return settingsKeyShare(await this.keys.get(tx, number));
  }

  /** A new name is a setting like others. */
  rename(tx: TenantTx, account: Account, name: string): Promise<void> {
    return this.write(tx, account, named(name));
  }

  /** What a device has not seen of a collection. */
  async missing(tx: TenantTx, { number }: Account, name: Name, version: number): Promise<{ version: number; patches: Buffer[] }> {
    const place = { number, collection: name };
    const state = await this.settings.find(tx, place);
    if (!state) return { version, patches: [] };
    const patches = await this.settings.patchesAfter(tx, place, version, state.version);
    return { version: state.version, patches: patches ?? [(await this.open(tx, number, name)).summary(state, await this.settings.records(tx, place))] };
  }

  /** A device's change; the other devices are told, as the last step. Returns the new version. @throws SettingsConflict, BadSettings, TooManySettings */
  async take(tx: TenantTx, account: Account, device: number, { name, version, patch }: DevicePatch): Promise<number> {
    if (patch.length > LARGEST_PATCH) throw new BadSettings(`it has more than ${LARGEST_PATCH} bytes`);
    const place = { number: account.number, collection: name };
    const state = await this.settings.lock(tx, place);
    if (state.version !== version) throw new SettingsConflict();
    const collection = await this.open(tx, account.number, name);
    const step = await judged(async () => collection.apply(state, await this.settings.records(tx, place, namedIn(patch)), patch));
    await this.keep(tx, account, device, name, step);
    return step.state.version;
  }

  /** A change made on the phone; its devices are told, as the last step. @throws TooManySettings */
  async write(tx: TenantTx, account: Account, change: WAPatchCreate): Promise<void> {
    const place = { number: account.number, collection: change.type };
    const state = await this.settings.lock(tx, place);
    const collection = await this.open(tx, account.number, change.type as Name);
    const named = await this.settings.records(tx, place, [collection.indexMac(change.index)]);
    await this.keep(tx, account, 0, change.type as Name, await collection.write(state, named, change));
  }

  /** All of them in the clear, as the phone reads them. */
  async read(tx: TenantTx, { number }: Account): Promise<Setting[]> {
    const settings: Setting[] = [];
    for (const name of COLLECTIONS) {
      const collection = await this.open(tx, number, name);
      for (const value of (await this.settings.records(tx, { number, collection: name })).values()) settings.push(collection.open(value));
    }
    return settings;
  }

  private async open(tx: TenantTx, number: string, name: Name): Promise<Collection> {
    return new Collection(name, await this.keys.get(tx, number));
  }

  private async keep(tx: TenantTx, account: Account, device: number, name: Name, step: Step): Promise<void> {
    const { ofAccount, ofTenant } = await this.settings.count(tx, account.number);
    const room = Math.min(MOST_SETTINGS.ofAccount - ofAccount, MOST_SETTINGS.ofTenant - ofTenant);
    if (step.changed.size > room) throw new TooManySettings();
    await this.settings.advance(tx, { number: account.number, collection: name }, step);
    await this.news.tell(tx, account, device, name, step);
  }
}

function named(pushNameSetting: string): WAPatchCreate {
  return chatModificationToAppPatch({ pushNameSetting }, '');
}

async function judged(apply: () => Promise<Step>): Promise<Step> {
  try {
    return await apply();
  } catch (error) {
    if (error instanceof BadPatch) throw new BadSettings(error.message);
    throw error;
  }
}
