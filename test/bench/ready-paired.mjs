// Devices that are linked already, for both sides alike: registered with the sandbox and written into the client's store. A real pairing
// costs 170 ms of CPU and 812 pre-keys; that is another bench's subject.
import fs from 'node:fs';
import path from 'node:path';

import { BufferJSON, Curve, initAuthCreds, useMultiFileAuthState } from '@whiskeysockets/baileys';

import { request } from './measure.mjs';

/** As many as Baileys leaves before it uploads new ones, and a few more. */
const PRE_KEYS = 30;
const base64 = (bytes) => Buffer.from(bytes).toString('base64');
const bytes = (text) => Buffer.from(text, 'base64');

/** What the client of a new device of that phone must know. */
export async function linkDevice(sandbox, key, number) {
  const creds = { ...initAuthCreds(), accountSyncCounter: 1, registered: true, nextPreKeyId: PRE_KEYS + 1, firstUnuploadedPreKeyId: PRE_KEYS + 1 };
  const preKeys = Object.fromEntries(Array.from({ length: PRE_KEYS }, (_, n) => [n + 1, Curve.generateKeyPair()]));
  const device = await request(`${sandbox.url}/v1/sandbox/phones/${number}/devices`, { method: 'POST', key, body: publicHalf(creds, preKeys) });
  return { number, creds: { ...creds, ...identityOf(device) }, keys: { 'pre-key': preKeys } };
}

/** The raw side's store: a folder of files. */
export async function storeInFiles(root, { number, creds, keys }) {
  const folder = path.join(root, number);
  const { state } = await useMultiFileAuthState(folder);
  await state.keys.set(keys);
  fs.writeFileSync(path.join(folder, 'creds.json'), JSON.stringify(creds, BufferJSON.replacer));
  return { number, folder };
}

function publicHalf({ noiseKey, signedIdentityKey, registrationId, signedPreKey: { keyId, keyPair, signature } }, preKeys) {
  return {
    ...{ noiseKey: base64(noiseKey.public), identityKey: base64(signedIdentityKey.public), registrationId, history: false },
    signedPreKey: { id: keyId, publicKey: base64(keyPair.public), signature: base64(signature) },
    preKeys: Object.entries(preKeys).map(([id, { public: publicKey }]) => ({ id: Number(id), publicKey: base64(publicKey) })),
  };
}

/** Nobody checks the device's own signature once it is linked: it is there because first messages carry it. */
function identityOf({ jid, lid, account: { details, accountSignatureKey, accountSignature } }) {
  const account = { details: bytes(details), accountSignatureKey: bytes(accountSignatureKey), accountSignature: bytes(accountSignature) };
  return { me: { id: jid, lid, name: 'Bench' }, account: { ...account, deviceSignature: Buffer.alloc(64) }, platform: 'android' };
}
