// Devices that are linked already, for both sides alike: written into the sandbox as if their phones had scanned a code long ago, and
// into the client's store. A real pairing costs 170 ms of CPU and 812 pre-keys; that is another bench's subject.
import fs from 'node:fs';
import path from 'node:path';

import { BufferJSON, Curve, initAuthCreds, useMultiFileAuthState } from '@whiskeysockets/baileys';

import { newPhoneCredentials, publicKeysOf } from '../../dist/libs/sandbox/src/phone/credentials.js';
import { lidFor, lidJid, numberJid } from '../../dist/libs/sandbox/src/protocol/addresses.js';
import { DevicesRepository } from '../../dist/libs/sandbox/src/store/devices.repository.js';
import { PhonesRepository } from '../../dist/libs/sandbox/src/store/phones.repository.js';
import { PreKeysRepository } from '../../dist/libs/sandbox/src/store/pre-keys.repository.js';

/** As many as Baileys leaves before it uploads new ones, and a few more. */
const PRE_KEYS = 30;
const DEVICE = 1;

const phones = new PhonesRepository();
const devices = new DevicesRepository();
const preKeysOfDevices = new PreKeysRepository();

/** A phone alone: somebody to write to and to be written to by. */
export async function makePhone(database, tenantId, number) {
  const account = { number, lid: lidFor(tenantId, number), name: `Phone ${number.slice(-4)}` };
  const credentials = newPhoneCredentials();
  await database.forTenant(tenantId, async (tx) => {
    await phones.insert(tx, account, credentials);
    await devices.insert(tx, { ...publicKeysOf(credentials), number, device: 0, noiseKey: null, historySent: true });
  });
  return { account, credentials };
}

/** A phone and a device linked to it. Returns what the device's client must know. */
export async function makeDevice(database, tenantId, number) {
  const { account } = await makePhone(database, tenantId, number);
  const creds = { ...initAuthCreds(), ...identityOf(account), accountSyncCounter: 1, registered: true };
  const { keys, preKeys } = newPreKeys(creds);
  const { noiseKey, registrationId, signedIdentityKey, signedPreKey } = creds;
  await database.forTenant(tenantId, async (tx) => {
    const address = { number, device: await phones.nextDevice(tx, number) };
    const known = publicKeysOf({ registrationId, signedIdentityKey, signedPreKey });
    await devices.insert(tx, { ...address, ...known, noiseKey: Buffer.from(noiseKey.public), historySent: true });
    await preKeysOfDevices.add(tx, address, preKeys);
  });
  return { number, creds, keys };
}

/** The raw side's store: a folder of files. */
export async function storeInFiles(root, { number, creds, keys }) {
  const folder = path.join(root, number);
  const { state } = await useMultiFileAuthState(folder);
  await state.keys.set(keys);
  fs.writeFileSync(path.join(folder, 'creds.json'), JSON.stringify(creds, BufferJSON.replacer));
  return { number, folder };
}

/** Who it is. Nobody checks the account's signature once a device is linked: it is there because messages carry it. */
function identityOf(account) {
  const [id, lid] = [numberJid(account, DEVICE), lidJid(account, DEVICE)];
  const signed = { details: Buffer.alloc(20), accountSignatureKey: Buffer.alloc(32), accountSignature: Buffer.alloc(64), deviceSignature: Buffer.alloc(64) };
  return { me: { id, lid, name: account.name }, account: signed, platform: 'android' };
}

function newPreKeys(creds) {
  const made = Array.from({ length: PRE_KEYS }, (_, n) => ({ id: n + 1, ...Curve.generateKeyPair() }));
  Object.assign(creds, { nextPreKeyId: PRE_KEYS + 1, firstUnuploadedPreKeyId: PRE_KEYS + 1 });
  const kept = made.map(({ id, ...pair }) => [id, pair]);
  return { keys: { 'pre-key': Object.fromEntries(kept) }, preKeys: made.map(({ id, public: key }) => ({ id, key: Buffer.from(key) })) };
}
