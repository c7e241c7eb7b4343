import { Injectable } from '@nestjs/common';
import type { TenantTx } from '#libs/platform';
import { type PhoneCredentials, signAs } from '../phone/credentials.js';
import type { Account, DeviceAddress } from '../protocol/addresses.js';
import { type DeviceVoucher, vouchForDevice } from '../protocol/device-identity.js';
import type { DeviceKeys } from '../protocol/registration.js';
import { unixTime } from '../protocol/stanza.js';
import { PhoneNotFound, TooManyDevices } from '../sandbox.errors.js';
import { DevicesRepository } from '../store/devices.repository.js';
import { PhonesRepository } from '../store/phones.repository.js';

/** A device that is to be one of a phone's. */
export interface Newcomer {
  keys: DeviceKeys;
  /** the static key of its handshake */
  noiseKey: Buffer;
  /** it is sent no history at its first login */
  withoutHistory?: boolean;
  /** not only of what is recent */
  fullHistory?: boolean;
}

export interface Enrolled {
  account: Account;
  credentials: PhoneCredentials;
  address: DeviceAddress;
  voucher: DeviceVoucher;
}

const MOST_DEVICES = 100;

/** Enters a device among those of a phone, which vouches for it. From then on it may log in. */
@Injectable()
export class Enrolment {
  constructor(
    private readonly phones: PhonesRepository,
    private readonly devices: DevicesRepository,
  ) {}

  /** @throws PhoneNotFound, TooManyDevices */
  async enrol(tx: TenantTx, number: string, { keys, noiseKey, withoutHistory = false, fullHistory }: Newcomer): Promise<Enrolled> {
    const phone = await this.phones.open(tx, number);
    if (!phone) throw new PhoneNotFound();
    const address = { number, device: await this.phones.nextDevice(tx, number) };
    if ((await this.devices.of(tx, [number])).length > MOST_DEVICES) throw new TooManyDevices();
    await this.devices.insert(tx, { ...address, ...keys, noiseKey, historySent: withoutHistory, fullHistory });
    return { account: phone.account, credentials: phone.credentials, address, voucher: vouch(phone.credentials, keys, address) };
  }

  async undo(tx: TenantTx, address: DeviceAddress): Promise<void> {
    await this.devices.remove(tx, address);
  }
}

function vouch(credentials: PhoneCredentials, { identityKey }: DeviceKeys, { device }: DeviceAddress): DeviceVoucher {
  const signer = { public: credentials.signedIdentityKey.public, sign: (message: Uint8Array) => signAs(credentials, message) };
  return vouchForDevice(signer, identityKey, device, unixTime());
}
