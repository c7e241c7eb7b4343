import { Curve, generateSignalPubKey } from '@whiskeysockets/baileys';
import type { RegisterDeviceDto, RegisteredDeviceDto } from '../control/linked-device.dto.js';
import { type ClientMemory, newMemory } from './test-client.js';

const base64 = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64');
const bytes = (text: string) => Buffer.from(text, 'base64');
const BY_DEVICE = Buffer.from([6, 1]);

/** Credentials that are complete without a pairing. `register`: however the sandbox is asked. */
export async function registeredMemory(register: (request: RegisterDeviceDto) => Promise<RegisteredDeviceDto>): Promise<ClientMemory> {
  const memory = newMemory();
  const { creds } = memory;
  const { keyId, keyPair, signature } = creds.signedPreKey;
  const { jid, lid, account } = await register({
    noiseKey: base64(creds.noiseKey.public),
    identityKey: base64(creds.signedIdentityKey.public),
    registrationId: creds.registrationId,
    signedPreKey: { id: keyId, publicKey: base64(keyPair.public), signature: base64(signature) },
    history: true,
  });
  const [details, accountSignatureKey, accountSignature] = [bytes(account.details), bytes(account.accountSignatureKey), bytes(account.accountSignature)];
  const signed = Buffer.concat([BY_DEVICE, details, creds.signedIdentityKey.public, accountSignatureKey]);
  const deviceSignature = Curve.sign(creds.signedIdentityKey.private, signed);
  creds.me = { id: jid, lid };
  creds.account = { details, accountSignatureKey, accountSignature, deviceSignature };
  creds.signalIdentities = [{ identifier: { name: lid, deviceId: 0 }, identifierKey: generateSignalPubKey(accountSignatureKey) }];
  creds.platform = 'android';
  return memory;
}
