import { Injectable } from '@nestjs/common';
import type { InstanceId, TenantId } from '#libs/contracts';
import { Database, type DataKey, InstanceKeys, type TenantTx } from '#libs/platform';
import type { AuthenticationCreds, SignalDataSet, SignalDataTypeMap, SignalKeyStore } from '@whiskeysockets/baileys';
import { CredentialsRepository } from './credentials.repository.js';
import { SignalKeysRepository, type StoredSignalKey } from './signal-keys.repository.js';
import { decodeJson, decodeSignalValue, encodeJson } from './whatsapp-engine.js';

/** Whose credentials, as which owner, under which key. Worth nothing once a newer owner has raised the epoch. */
export interface CredentialsOwner {
  tenantId: TenantId;
  instanceId: InstanceId;
  epoch: bigint;
  key: DataKey;
}

export interface TakenOver {
  owner: CredentialsOwner;
  /** as stored: a completed pairing's, or null */
  credentials: AuthenticationCreds | null;
  revoked: boolean;
}

const FIELD = 'credentials';
/** The only form in which credentials are stored. */
export const sealCredentials = (key: DataKey, snapshot: Buffer): Buffer => key.seal(FIELD, snapshot);
const fieldOf = (type: string, id: string): string => `signal|${type}|${id}`;

/**
 * WhatsApp credentials and Signal keys of an instance in PostgreSQL, each value sealed under the instance's key. A read that fails is an
 * error; nothing here ever makes new credentials.
 */
@Injectable()
export class CredentialsStore {
  constructor(
    private readonly database: Database,
    private readonly credentials: CredentialsRepository,
    private readonly signalKeys: SignalKeysRepository,
    private readonly keys: InstanceKeys,
  ) {}

  /**
   * Makes this transaction's session the newest owner. Null: the instance keeps no credentials here.
   * @throws when what is stored cannot be read; then nothing was changed
   */
  async takeOver(tx: TenantTx, instanceId: InstanceId): Promise<TakenOver | null> {
    const stored = await this.credentials.raiseEpoch(tx, instanceId);
    if (!stored) return null;
    const key = await this.keys.of(tx, instanceId);
    return {
      owner: { tenantId: tx.tenantId, instanceId, epoch: stored.ownerEpoch, key },
      credentials: stored.ciphertext && (decodeJson(key.open(FIELD, stored.ciphertext)) as AuthenticationCreds),
      revoked: stored.revokedAt !== null,
    };
  }

  /** @throws OwnershipLost */
  async save({ tenantId, instanceId, epoch, key }: CredentialsOwner, snapshot: Buffer): Promise<void> {
    await this.database.forTenant(tenantId, (tx) => this.credentials.save(tx, instanceId, epoch, sealCredentials(key, snapshot)));
  }

  /** What Baileys reads and writes keys through. Each `set` is one transaction that loses against a newer owner. */
  keysOf(owner: CredentialsOwner): SignalKeyStore {
    return { get: (type, ids) => this.readKeys(owner, type, ids), set: (data) => this.writeKeys(owner, data) };
  }

  private async readKeys<T extends keyof SignalDataTypeMap>(
    { tenantId, instanceId, key }: CredentialsOwner,
    type: T,
    ids: string[],
  ): Promise<Record<string, SignalDataTypeMap[T]>> {
    const idOf = new Map(ids.map((id) => [hashOf(key, type, id).toString('hex'), id]));
    const hashes = [...idOf.keys()].map((hex) => Buffer.from(hex, 'hex'));
    const rows = await this.database.forTenant(tenantId, (tx) => this.signalKeys.read(tx, instanceId, type, hashes));
    return Object.fromEntries(
      rows.map(({ idHash, ciphertext }) => {
        const id = idOf.get(idHash.toString('hex'))!;
        return [id, decodeSignalValue(type, key.open(fieldOf(type, id), ciphertext))];
      }),
    );
  }

  private async writeKeys({ tenantId, instanceId, epoch, key }: CredentialsOwner, data: SignalDataSet): Promise<void> {
    const { puts, removals } = sealAll(key, data);
    await this.database.forTenant(tenantId, async (tx) => {
      await this.credentials.holdFence(tx, instanceId, epoch);
      await this.signalKeys.put(tx, instanceId, puts);
      await this.signalKeys.remove(tx, instanceId, removals);
    });
  }
}

const hashOf = (key: DataKey, type: string, id: string): Buffer => key.hash(`signal|${type}`, id);

function sealAll(key: DataKey, data: SignalDataSet) {
  const puts: StoredSignalKey[] = [];
  const removals: Omit<StoredSignalKey, 'ciphertext'>[] = [];
  for (const [type, values] of Object.entries(data)) {
    for (const [id, value] of Object.entries(values ?? {})) {
      const row = { type, idHash: hashOf(key, type, id) };
      // `null` is Signal's word for used up
      if (value === null || value === undefined) removals.push(row);
      else puts.push({ ...row, ciphertext: key.seal(fieldOf(type, id), encodeJson(value)) });
    }
  }
  return { puts, removals };
}
