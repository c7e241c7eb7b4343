import { Injectable } from '@nestjs/common';
import { type TenantSql, uuidOf } from '#libs/contracts';
import type { DeviceAddress } from '../protocol/addresses.js';
import type { DeviceKeys, SignedPreKey } from '../protocol/registration.js';

export interface Device extends DeviceAddress, DeviceKeys {
  /** the static key of its handshake; null for a phone */
  noiseKey: Buffer | null;
  historySent: boolean;
  /** it has the key to the account's settings */
  settingsKeySent: boolean;
  /** it wants all of the past, not only what is recent */
  fullHistory: boolean;
}

/** One that is to get no history gets no key either. */
export type NewDevice = Omit<Device, 'settingsKeySent' | 'fullHistory'> & Partial<Pick<Device, 'fullHistory'>>;

interface DeviceRow {
  number: string;
  device: number;
  registration_id: number;
  identity_key: Uint8Array;
  signed_pre_key_id: number;
  signed_pre_key: Uint8Array;
  signed_pre_key_signature: Uint8Array;
  noise_key: Uint8Array | null;
  history_sent: boolean;
  settings_key_sent: boolean;
  full_history: boolean;
}

/** The phones and what is linked to them, with the public keys others need. */
@Injectable()
export class DevicesRepository {
  insert(tx: TenantSql, device: NewDevice): Promise<void> {
    return this.insertAll(tx, [device]);
  }

  async insertAll(tx: TenantSql, devices: NewDevice[]): Promise<void> {
    if (devices.length === 0) return;
    await tx.execute`
      INSERT INTO sandbox.devices (tenant_id, number, device, registration_id, identity_key, signed_pre_key_id, signed_pre_key,
        signed_pre_key_signature, noise_key, history_sent, settings_key_sent, full_history)
      SELECT ${uuidOf(tx.tenantId)}::uuid, number, device, registration_id, decode(identity_key, 'base64'), signed_pre_key_id,
        decode(signed_pre_key, 'base64'), decode(signed_pre_key_signature, 'base64'), decode(noise_key, 'base64'), history_sent, history_sent, full_history
      FROM jsonb_to_recordset(${JSON.stringify(devices.map(textOf))}::jsonb) AS device (number text, device int, registration_id int,
        identity_key text, signed_pre_key_id int, signed_pre_key text, signed_pre_key_signature text, noise_key text, history_sent boolean,
        full_history boolean)`;
  }

  /** Phones first, then linked devices in the order of linking. */
  async of(tx: TenantSql, numbers: string[]): Promise<Device[]> {
    const rows = await tx.query<DeviceRow[]>`
      SELECT * FROM sandbox.devices
      WHERE tenant_id = ${uuidOf(tx.tenantId)}::uuid AND number = ANY (${numbers}::text[]) ORDER BY number, device`;
    return rows.map(deviceOf);
  }

  async find(tx: TenantSql, { number, device }: DeviceAddress): Promise<Device | null> {
    const [row] = await tx.query<DeviceRow[]>`
      SELECT * FROM sandbox.devices
      WHERE tenant_id = ${uuidOf(tx.tenantId)}::uuid AND number = ${number} AND device = ${device}`;
    return row ? deviceOf(row) : null;
  }

  async replaceSignedPreKey(tx: TenantSql, { number, device }: DeviceAddress, { id, key, signature }: SignedPreKey): Promise<void> {
    await tx.execute`
      UPDATE sandbox.devices SET signed_pre_key_id = ${id}, signed_pre_key = ${key}, signed_pre_key_signature = ${signature}
      WHERE tenant_id = ${uuidOf(tx.tenantId)}::uuid AND number = ${number} AND device = ${device}`;
  }

  /** It has its phone's history, and the key to the account's settings. */
  async markGreeted(tx: TenantSql, { number, device }: DeviceAddress): Promise<void> {
    await tx.execute`
      UPDATE sandbox.devices SET history_sent = true, settings_key_sent = true
      WHERE tenant_id = ${uuidOf(tx.tenantId)}::uuid AND number = ${number} AND device = ${device}`;
  }

  /** The device, its pre-keys and what was on its way to it. */
  async remove(tx: TenantSql, { number, device }: DeviceAddress): Promise<void> {
    await tx.execute`
      DELETE FROM sandbox.devices WHERE tenant_id = ${uuidOf(tx.tenantId)}::uuid AND number = ${number} AND device = ${device}`;
  }

  /** All but the phone itself, locked in the order in which every other writer locks them. Returns who they were. */
  async removeLinked(tx: TenantSql, number: string): Promise<DeviceAddress[]> {
    await tx.query`
      SELECT 1 FROM sandbox.devices WHERE tenant_id = ${uuidOf(tx.tenantId)}::uuid AND number = ${number} ORDER BY number, device FOR UPDATE`;
    return tx.query<DeviceAddress[]>`
      DELETE FROM sandbox.devices WHERE tenant_id = ${uuidOf(tx.tenantId)}::uuid AND number = ${number} AND device > 0
      RETURNING number, device`;
  }
}

/** Its row, with bytes in base64. */
function textOf({ number, device, registrationId, identityKey, signedPreKey: signed, noiseKey, historySent, fullHistory = false }: NewDevice) {
  return {
    ...{ number, device, registration_id: registrationId, identity_key: identityKey.toString('base64') },
    ...{ signed_pre_key_id: signed.id, signed_pre_key: signed.key.toString('base64'), signed_pre_key_signature: signed.signature.toString('base64') },
    ...{ noise_key: noiseKey?.toString('base64') ?? null, history_sent: historySent, full_history: fullHistory },
  };
}

function deviceOf(row: DeviceRow): Device {
  return {
    number: row.number,
    device: row.device,
    registrationId: row.registration_id,
    identityKey: Buffer.from(row.identity_key),
    signedPreKey: {
      id: row.signed_pre_key_id,
      key: Buffer.from(row.signed_pre_key),
      signature: Buffer.from(row.signed_pre_key_signature),
    },
    noiseKey: row.noise_key && Buffer.from(row.noise_key),
    historySent: row.history_sent,
    settingsKeySent: row.settings_key_sent,
    fullHistory: row.full_history,
  };
}
