import { proto } from './baileys.js';
import { numberOf } from './stanza.js';

/** The public half of a device's signed pre-key. */
export interface SignedPreKey {
  id: number;
  key: Buffer;
  signature: Buffer;
}

/** What others need to write to a device, one-time pre-keys aside. Keys are 32 bytes. */
export interface DeviceKeys {
  registrationId: number;
  identityKey: Buffer;
  signedPreKey: SignedPreKey;
}

/** What an unpaired client says of itself in its handshake. @throws when something is missing */
export function readRegistration(data: proto.ClientPayload.IDevicePairingRegistrationData): DeviceKeys {
  return {
    registrationId: numberOf(required(data.eRegid)),
    identityKey: required(data.eIdent),
    signedPreKey: { id: numberOf(required(data.eSkeyId)), key: required(data.eSkeyVal), signature: required(data.eSkeySig) },
  };
}

/** Whether it wants all of the past, not only what is recent. */
export function wantsFullHistory({ deviceProps }: proto.ClientPayload.IDevicePairingRegistrationData): boolean {
  return proto.DeviceProps.decode(deviceProps ?? Buffer.alloc(0)).requireFullSync ?? false;
}

function required(bytes: Uint8Array | null | undefined): Buffer {
  if (!bytes) throw new Error('incomplete registration');
  return Buffer.from(bytes);
}
