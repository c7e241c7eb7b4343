import type { SignalCreds } from '@whiskeysockets/baileys';
import { BufferJSON, Curve, generateRegistrationId, generateSignalPubKey } from '../protocol/baileys.js';
import type { DeviceKeys } from '../protocol/registration.js';
import { newSigningKey, signWith } from '../protocol/signing-key.js';
import { newKeyPair } from '../protocol/x25519.js';

/** A simulated phone's own Signal identity, private keys included. Its identity key is also the account's signing key. */
export interface PhoneCredentials extends SignalCreds {
  /** absent: the phone is of an earlier release, and signs the slow way */
  seed?: Buffer;
}

export function newPhoneCredentials(): PhoneCredentials {
  const { seed, ...signedIdentityKey } = newSigningKey();
  const keyPair = newKeyPair();
  const signature = signWith({ seed }, generateSignalPubKey(keyPair.public));
  return { signedIdentityKey, seed, signedPreKey: { keyId: 1, keyPair, signature }, registrationId: generateRegistrationId() };
}

/** The account's signature. */
export function signAs({ seed, signedIdentityKey }: PhoneCredentials, message: Uint8Array): Uint8Array {
  return seed ? signWith({ seed }, message) : Curve.sign(signedIdentityKey.private, message);
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
