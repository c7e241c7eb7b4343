import { createHmac } from 'node:crypto';
import { isSignedBy } from '#libs/platform';
import { proto } from './baileys.js';

/** The account's signing key, held by whoever may use it. */
export interface Signer {
  public: Uint8Array;
  sign(message: Uint8Array): Uint8Array;
}

/** What an `ADVSignedDeviceIdentity` says before the device has signed it, too. */
export interface DeviceVoucher {
  details: Uint8Array;
  accountSignatureKey: Uint8Array;
  accountSignature: Uint8Array;
}

const BY_ACCOUNT = Buffer.from([6, 0]);
const BY_DEVICE = Buffer.from([6, 1]);

/** The account's word that a device is one of its own. `index` numbers the account's devices. */
export function vouchForDevice(account: Signer, deviceKey: Uint8Array, index: number, now: number): DeviceVoucher {
  const details = proto.ADVDeviceIdentity.encode({ rawId: 1, timestamp: now, keyIndex: index, accountType: 0, deviceType: 0 }).finish();
  const accountSignature = account.sign(Buffer.concat([BY_ACCOUNT, details, deviceKey]));
  return { details, accountSignatureKey: account.public, accountSignature };
}

/** The same under the secret that only the QR code or the pairing code carried: a serialised `ADVSignedDeviceIdentityHMAC`. */
export function sealIdentity(voucher: DeviceVoucher, advSecret: Buffer): Buffer {
  const details = proto.ADVSignedDeviceIdentity.encode(voucher).finish();
  const hmac = createHmac('sha256', advSecret).update(details).digest();
  return Buffer.from(proto.ADVSignedDeviceIdentityHMAC.encode({ details, hmac }).finish());
}

/** Whether the device signed in return: the identity it was given, its own key and the account's. */
export function isCountersigned(answer: Uint8Array, deviceKey: Uint8Array, accountKey: Uint8Array): boolean {
  const { details, deviceSignature } = proto.ADVSignedDeviceIdentity.decode(answer);
  if (!details || !deviceSignature) return false;
  return isSignedBy(deviceKey, Buffer.concat([BY_DEVICE, details, deviceKey, accountKey]), deviceSignature);
}
