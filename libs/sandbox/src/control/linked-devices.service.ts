import { Injectable } from '@nestjs/common';
import type { TenantId } from '#libs/contracts';
import { Database, InvalidRequest, isSignedBy } from '#libs/platform';
import { generateSignalPubKey } from '../protocol/baileys.js';
import type { DeviceKeys } from '../protocol/registration.js';
import { Enrolment } from '../server/enrolment.js';
import { PreKeysRepository } from '../store/pre-keys.repository.js';
import { type RegisterDeviceDto, type RegisteredDeviceDto, registeredDeviceDto } from './linked-device.dto.js';

const bytes = (text: string) => Buffer.from(text, 'base64');

/** Links devices without a code: who drives a load gives the public halves of credentials, and gets what the pairing would have given. */
@Injectable()
export class LinkedDevicesService {
  constructor(
    private readonly database: Database,
    private readonly enrolment: Enrolment,
    private readonly preKeys: PreKeysRepository,
  ) {}

  /** @throws InvalidRequest, PhoneNotFound, TooManyDevices */
  async register(tenantId: TenantId, number: string, request: RegisterDeviceDto): Promise<RegisteredDeviceDto> {
    const keys = keysOf(request);
    const preKeys = (request.preKeys ?? []).map(({ id, publicKey }) => ({ id, key: bytes(publicKey) }));
    return this.database.forTenant(tenantId, async (tx) => {
      const { account, address, voucher } = await this.enrolment.enrol(tx, number, { keys, noiseKey: bytes(request.noiseKey), withoutHistory: !request.history });
      if (preKeys.length > 0) await this.preKeys.add(tx, address, preKeys);
      return registeredDeviceDto(account, address, voucher);
    });
  }
}

/** A signature that does not verify would show only when somebody writes to the device: it is refused here. */
function keysOf({ registrationId, identityKey: identity, signedPreKey: { id, publicKey, signature: signed } }: RegisterDeviceDto): DeviceKeys {
  const [identityKey, key, signature] = [bytes(identity), bytes(publicKey), bytes(signed)];
  if (!isSignedBy(identityKey, generateSignalPubKey(key), signature)) {
    throw new InvalidRequest([{ pointer: '/signedPreKey/signature', detail: 'is not the identity key’s signature of the public key' }]);
  }
  return { registrationId, identityKey, signedPreKey: { id, key, signature } };
}
