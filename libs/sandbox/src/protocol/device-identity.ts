import { createHmac } from 'node:crypto';
import { Curve, proto } from './baileys.js';
import { isSignedBy } from './xeddsa.js';

interface SigningKey {
  public: Uint8Array;
  private: Uint8Array;
}

const BY_ACCOUNT = Buffer.from([6, 0]);
const BY_DEVICE = Buffer.from([6, 1]);

/** The account's word that a device is one of its own: a serialised `ADVSignedDeviceIdentity`. `index` numbers the account's devices. */
export function vouchForDevice(account: SigningKey, deviceKey: Uint8Array, index: number, now: number): Buffer {
  const details = proto.ADVDeviceIdentity.encode({ rawId: 1, timestamp: now, keyIndex: index, accountType: 0, deviceType: 0 }).finish();
  const accountSignature = Curve.sign(account.private, Buffer.concat([BY_ACCOUNT, details, deviceKey]));
  return Buffer.from(proto.ADVSignedDeviceIdentity.encode({ details, accountSignatureKey: account.public, accountSignature }).finish());
}

/** The same under the secret that only the QR code or the pairing code carried: a serialised `ADVSignedDeviceIdentityHMAC`. */
export function sealIdentity(signedIdentity: Buffer, advSecret: Buffer): Buffer {
  const hmac = createHmac('sha256', advSecret).update(signedIdentity).digest();
  return Buffer.from(proto.ADVSignedDeviceIdentityHMAC.encode({ details: signedIdentity, hmac }).finish());
}

/** Whether the device signed in return: the identity it was given, its own key and the account's. */
export function isCountersigned(answer: Uint8Array, deviceKey: Uint8Array, accountKey: Uint8Array): boolean {
  const { details, deviceSignature } = proto.ADVSignedDeviceIdentity.decode(answer);
  if (!details || !deviceSignature) return false;
  return isSignedBy(deviceKey, Buffer.concat([BY_DEVICE, details, deviceKey, accountKey]), deviceSignature);
}
