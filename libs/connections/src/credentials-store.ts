import { Injectable } from '@nestjs/common';
import type { InstanceId, TenantId } from '#libs/contracts';
import { Database, type DataKey, InstanceKeys, type TenantTx } from '#libs/platform';
import type { AuthenticationCreds, SignalKeyStore } from '@whiskeysockets/baileys';
import { CredentialsRepository } from './credentials.repository.js';
import { type KeptSignalKeys, OwnedSignalKeys, type SignalValue } from './owned-signal-keys.js';
import { type SignalKeyChanges, SignalKeysRepository } from './signal-keys.repository.js';
import { NO_MEMORY, SignalMemory } from './signal-memory.js';
import { decodeJson } from './whatsapp-engine.js';

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
    private readonly memory: SignalMemory,
  ) {}

  /**
   * Makes this transaction's session the newest owner. Null: the instance keeps no credentials here.
   * @throws when what is stored cannot be read; then nothing was changed
   */
  async takeOver(tx: TenantTx, instanceId: InstanceId): Promise<TakenOver | null> {
    const stored = await this.credentials.raiseEpoch(tx, instanceId);
    if (!stored) return null;
    const key = await this.keys.of(tx, instanceId);
    this.keys.hold(instanceId, key);
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

  /** What Baileys reads and writes keys through. Once per claim: what it remembers is true while nobody else writes. */
  keysOf(owner: CredentialsOwner): SignalKeyStore {
    return new OwnedSignalKeys(this.keptOf(owner), this.memory.room());
  }

  /** The same while pairing: a pairing that succeeds takes away what was there before, so nothing is remembered. */
  passingKeysOf(owner: CredentialsOwner): SignalKeyStore {
    return new OwnedSignalKeys(this.keptOf(owner), NO_MEMORY);
  }

  private keptOf(owner: CredentialsOwner): KeptSignalKeys {
    return { read: (type, ids) => this.readKeys(owner, type, ids), write: (values) => this.writeKeys(owner, values) };
  }

  private async readKeys({ tenantId, instanceId, key }: CredentialsOwner, type: string, ids: string[]): Promise<SignalValue[]> {
    const hashes = ids.map((id) => hashOf(key, type, id));
    const rows = await this.database.readForTenant(tenantId, (tx) => this.signalKeys.read(tx, instanceId, type, hashes));
    const boxes = new Map(rows.map(({ idHash, ciphertext }) => [idHash.toString('hex'), ciphertext]));
    return ids.map((id, n) => {
      const box = boxes.get(hashes[n]!.toString('hex'));
      return { type, id, json: box ? key.open(fieldOf(type, id), box).toString() : null };
    });
  }

  /** A transaction that loses against a newer owner. @throws OwnershipLost */
  private async writeKeys({ tenantId, instanceId, epoch, key }: CredentialsOwner, values: SignalValue[]): Promise<void> {
    const changes = sealAll(key, values);
    await this.database.repeatableForTenant(tenantId, (tx) => this.signalKeys.write(tx, instanceId, epoch, changes));
  }
}

const hashOf = (key: DataKey, type: string, id: string): Buffer => key.hash(`signal|${type}`, id);

function sealAll(key: DataKey, values: SignalValue[]): SignalKeyChanges {
  const changes: SignalKeyChanges = { puts: [], removals: [] };
  for (const { type, id, json } of values) {
    const row = { type, idHash: hashOf(key, type, id) };
    if (json === null) changes.removals.push(row);
    else changes.puts.push({ ...row, ciphertext: key.seal(fieldOf(type, id), Buffer.from(json)) });
  }
  return changes;
}
