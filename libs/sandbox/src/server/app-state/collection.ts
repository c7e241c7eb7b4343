import { createDecipheriv, createHmac } from 'node:crypto';
import { decodeSyncdPatch, encodeSyncdPatch, proto } from '../../protocol/baileys.js';
import { expandSettingsKey, settingsKeyData, settingsKeyId } from '../../protocol/settings-key.js';
import type { WAPatchCreate, WAPatchName } from '@whiskeysockets/baileys';

export const COLLECTIONS = ['critical_block', 'critical_unblock_low', 'regular_high', 'regular_low', 'regular'] as const satisfies readonly WAPatchName[];

/** A collection of settings: its version, and the hash of everything that is in it. */
export interface CollectionState {
  version: number;
  hash: Buffer;
}

/** Encrypted values, each with its MAC at the end, by the MAC of what they are called, base64. */
export type Records = Map<string, Buffer>;

/** What a patch makes of a collection. */
export interface Step {
  state: CollectionState;
  /** null: the setting is gone */
  changed: Map<string, Buffer | null>;
  patch: Buffer;
  settings: Setting[];
}

/** One setting in the clear. */
export interface Setting {
  /** what it is called: its kind, then what it is about */
  index: string[];
  /** null: it is gone */
  value: proto.ISyncActionValue | null;
}

/** It does not fit what is there, or its MACs are wrong. */
export class BadPatch extends Error {}

const MAC = 32;
const { REMOVE, SET } = proto.SyncdMutation.SyncdOperation;

/** The settings of one account as whoever has its key reads and writes them. */
export class Collection {
  private readonly keys;
  private readonly keyId: Buffer;

  constructor(
    readonly name: WAPatchName,
    private readonly key: Buffer,
  ) {
    this.keys = expandSettingsKey(key);
    this.keyId = settingsKeyId(key);
  }

  /**
   * What a device's patch does. `records`: what is there of that which it names. The MACs over the whole are made anew: a client whose own
   * bookkeeping is off, as Baileys' is once it has removed something, must not spoil it for the others. @throws BadPatch
   */
  async apply(state: CollectionState, records: Records, bytes: Uint8Array): Promise<Step> {
    const patch = proto.SyncdPatch.decode(bytes);
    const version = state.version + 1;
    const initial = { version, hash: state.hash, indexValueMap: valueMacs(records) };
    const { hash, settings } = await this.read({ ...patch, version: { version } }, initial);
    const next = { version, hash };
    return { state: next, changed: changesIn(patch), patch: this.seal(next, patch.mutations), settings };
  }

  /** A change made by the phone itself. */
  async write(state: CollectionState, records: Records, change: WAPatchCreate): Promise<Step> {
    const { patch } = await encodeSyncdPatch(change, this.keyId.toString('base64'), { ...state, indexValueMap: valueMacs(records) }, this.find);
    return this.apply(state, records, proto.SyncdPatch.encode(patch).finish());
  }

  /** Under which a setting is kept, base64. */
  indexMac(index: string[]): string {
    return createHmac('sha256', this.keys.index).update(JSON.stringify(index)).digest('base64');
  }

  /** A kept value in the clear. */
  open(value: Buffer): Setting {
    const decipher = createDecipheriv('aes-256-cbc', this.keys.valueEncryption, value.subarray(0, 16));
    const plain = Buffer.concat([decipher.update(value.subarray(16, -MAC)), decipher.final()]);
    const { index, value: action } = proto.SyncActionData.decode(plain);
    return { index: JSON.parse(Buffer.from(index!).toString()) as string[], value: action ?? null };
  }

  /** One patch that makes all of it at once, for a device that has missed too much. */
  summary(state: CollectionState, records: Records): Buffer {
    const keyId = { id: this.keyId };
    const mutations = [...records].map(([indexMac, blob]) => ({ operation: SET, record: { index: { blob: Buffer.from(indexMac, 'base64') }, value: { blob }, keyId } }));
    return this.seal(state, mutations);
  }

  private async read(patch: proto.ISyncdPatch, initial: { version: number; hash: Buffer; indexValueMap: Record<string, { valueMac: Uint8Array }> }) {
    const settings: Setting[] = [];
    const { hash } = await decodeSyncdPatch(patch, this.name, initial, this.find, ({ syncAction, index }) => settings.push({ index, value: syncAction.value ?? null }), true).catch(
      (error: Error) => {
        throw new BadPatch(error.message);
      },
    );
    // what does not decrypt is left out there without a word
    if (settings.length !== patch.mutations?.length) throw new BadPatch('a value or its MAC is wrong');
    const removed = patch.mutations.map(({ operation }) => operation === REMOVE);
    return { hash: Buffer.from(hash), settings: settings.map((setting, place) => (removed[place] ? { ...setting, value: null } : setting)) };
  }

  /** A patch under the MACs that whoever checks will want to see. */
  private seal(state: CollectionState, mutations: proto.ISyncdMutation[]): Buffer {
    const snapshotMac = this.snapshotMac(state);
    const macs = mutations.map(({ record }) => Buffer.from(record!.value!.blob!).subarray(-MAC));
    const patchMac = createHmac('sha256', this.keys.patchMac).update(Buffer.concat([snapshotMac, ...macs, inNetworkOrder(state.version)])).update(this.name).digest();
    return Buffer.from(proto.SyncdPatch.encode({ version: { version: state.version }, mutations, snapshotMac, patchMac, keyId: { id: this.keyId } }).finish());
  }

  private readonly find = (keyId: string) =>
    Promise.resolve(keyId === this.keyId.toString('base64') ? proto.Message.AppStateSyncKeyData.fromObject(settingsKeyData(this.key)) : undefined);

  private snapshotMac({ hash, version }: CollectionState): Buffer {
    return createHmac('sha256', this.keys.snapshotMac).update(hash).update(inNetworkOrder(version)).update(this.name).digest();
  }
}

/** What a patch names, base64 as the records are kept. @throws BadPatch */
export function namedIn(bytes: Uint8Array): string[] {
  const { mutations } = proto.SyncdPatch.decode(bytes);
  return (mutations ?? []).map(({ record }) => {
    if (!record?.index?.blob || !record.value?.blob) throw new BadPatch('a mutation without index or value');
    return Buffer.from(record.index.blob).toString('base64');
  });
}

function changesIn({ mutations }: proto.ISyncdPatch): Map<string, Buffer | null> {
  return new Map((mutations ?? []).map(({ operation, record }) => [Buffer.from(record!.index!.blob!).toString('base64'), operation === REMOVE ? null : Buffer.from(record!.value!.blob!)]));
}

function valueMacs(records: Records): Record<string, { valueMac: Uint8Array }> {
  return Object.fromEntries([...records].map(([indexMac, value]) => [indexMac, { valueMac: value.subarray(-MAC) }]));
}

function inNetworkOrder(version: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeUInt32BE(version, 4);
  return bytes;
}
