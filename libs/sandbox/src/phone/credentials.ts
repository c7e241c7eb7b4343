import type { SignalCreds } from '@whiskeysockets/baileys';
import { BufferJSON, Curve, generateRegistrationId, signedKeyPair } from '../protocol/baileys.js';
import type { DeviceKeys } from '../protocol/registration.js';

/** A simulated phone's own Signal identity, private keys included. Its identity key is also the account's signing key. */
export type PhoneCredentials = SignalCreds;

export function newPhoneCredentials(): PhoneCredentials {
  const signedIdentityKey = Curve.generateKeyPair();
  return { signedIdentityKey, signedPreKey: signedKeyPair(signedIdentityKey, 1), registrationId: generateRegistrationId() };
}

/** What others may know of it. */
export function publicKeysOf({ registrationId, signedIdentityKey, signedPreKey }: PhoneCredentials): DeviceKeys {
  return {
    registrationId,
    identityKey: Buffer.from(signedIdentityKey.public),
    signedPreKey: {
      id: signedPreKey.keyId,
      key: Buffer.from(signedPreKey.keyPair.public),
      signature: Buffer.from(signedPreKey.signature),
    },
  };
}

export function serialiseCredentials(credentials: PhoneCredentials): string {
  return JSON.stringify(credentials, BufferJSON.replacer);
}

export function parseCredentials(text: string): PhoneCredentials {
  return JSON.parse(text, BufferJSON.reviver) as PhoneCredentials;
}
